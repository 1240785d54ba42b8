import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

import type { RunEvent } from '../../src/core/pipeline/run.ts';
import { splitLines } from '../../src/lib/line-splitter.ts';
import { until } from './until.ts';

/** This program, as it is in the tree. */
export const thisBuild: string = join(import.meta.dirname, '../../src/main.ts');

/** A command that hangs must not hang the tests. */
const deadlineMs = 5 * 60_000;

export interface CommandOptions {
  /** What is piped into it. @default nothing */
  readonly input?: string;
  /** The program to start. @default the one of this tree */
  readonly entry?: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How a command ended. */
export interface Ran {
  /** Exit code; 128 + the number of the signal that ended it, as a shell has it. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command that has been started. */
export interface Running {
  /** Lines of `--json` so far. */
  readonly events: readonly RunEvent[];
  /** What it has written to stderr so far. */
  readonly err: string;
  readonly ended: Promise<Ran>;
  /** Resolves with the first event that holds, which may have been before. Throws when the command ends without. */
  untilEvent(holds: (event: RunEvent) => boolean, what: string): Promise<RunEvent>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts `deployer …args` as a process of its own, as a user's shell would. */
export function startCommand(
  args: readonly string[],
  { cwd, entry = thisBuild, env, input }: CommandOptions,
): Running {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const isJson = args.includes('--json');
  const events: RunEvent[] = [];
  let out = '';
  let err = '';
  const lines = splitLines(
    (line) => {
      out += `${line}\n`;
      if (isJson) events.push(JSON.parse(line) as RunEvent);
    },
    { maxLength: Infinity },
  );
  child.stdout.on('data', (chunk: Buffer) => lines.push(chunk)).on('end', () => lines.end());
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  let hasEnded = false;
  const ended = endOf(child).then((code) => {
    hasEnded = true;
    return { code, out, err };
  });
  const command = `deployer ${args.join(' ')}`;
  return {
    events,
    get err() {
      return err;
    },
    ended,
    signal: (signal) => child.kill(signal),
    untilEvent: (holds, what) =>
      until(`${command}: ${what}`, () => {
        const found = events.find((event) => holds(event));
        if (found === undefined && hasEnded)
          throw new Error(`${command} ended before ${what}:\n${out}${err}`);
        return found;
      }),
  };
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
