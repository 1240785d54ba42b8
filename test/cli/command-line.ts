import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { runCommandLine } from '../../src/cli/main.ts';
import type { ServerVerbs } from '../../src/cli/server-verbs.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Place {
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What is piped into it. @default nothing */
  readonly input?: string;
  readonly serverVerbs?: Partial<ServerVerbs>;
}

/** Runs a command line in this process, without a terminal, as `qa@example.com`. */
export async function deployer(args: readonly string[], place: Place): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const [out, err] = [text(stdout), text(stderr)];
  const code = await runCommandLine({
    args,
    cwd: place.cwd ?? '/',
    env: { DEPLOYER_HOME: place.home, DEPLOYER_USER: 'qa@example.com', ...place.env },
    stdin: Readable.from([Buffer.from(place.input ?? '')]),
    stdout,
    stderr,
    signal: place.signal ?? new AbortController().signal,
    serverVerbs: () => Promise.resolve({ ...noServerVerbs, ...place.serverVerbs }),
  });
  stdout.end();
  stderr.end();
  return { code, out: await out, err: await err };
}

const noServerVerbs: ServerVerbs = {
  serve: () => Promise.resolve(false),
  work: () => Promise.resolve(false),
  stopAll: () => Promise.resolve({ stopped: [] }),
  inspect: () => Promise.resolve([]),
  inspectBackup: noBackup,
  restore: noBackup,
};

function noBackup(): never {
  throw new Error('no backup here');
}
