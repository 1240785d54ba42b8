import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { RunEvent } from '../src/core/pipeline/run.ts';
import { callerEnv } from '../src/core/pipeline/caller-env.ts';
import { homeAt } from '../src/lib/home.ts';
import { databasePaths, databaseUser } from '../src/store/embedded/paths.ts';
import { startCommand } from '../test/harness/command-line.ts';

export type RunResult = Extract<RunEvent, { readonly type: 'result' }>;

/** A home and a folder for one benchmark, used as a user would: through the command line of what is published. */
export interface BenchHome {
  readonly folder: string;
  /** `DEPLOYER_HOME`, in `folder`. */
  readonly root: string;
  /** Runs `deployer …args --json` in `cwd`, and returns its last line. Throws when it fails. */
  read<T>(cwd: string, ...args: readonly string[]): Promise<T>;
  /** Follows a run by `deployer …args --json`, until it ends or waits for a person; returns how it stands. */
  follow(cwd: string, ...args: readonly string[]): Promise<RunResult>;
  /** As `read`, as somebody else. */
  readAs<T>(user: string, cwd: string, ...args: readonly string[]): Promise<T>;
  close(): Promise<void>;
}

/** The program as it is installed. */
const entry = join(import.meta.dirname, '../dist/main.js');
const user = 'bench@example.com';

interface Asked {
  readonly user: string;
  readonly cwd: string;
  readonly args: readonly string[];
  /** Exit codes that are no failure. */
  readonly codes?: readonly number[];
}

/** @param databaseUrl a PostgreSQL to use in the place of one of its own */
export async function openBenchHome(databaseUrl: string | null = null): Promise<BenchHome> {
  if (!existsSync(entry)) throw new Error('Nothing is built: npm run bench builds it, or npm run build.');
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'deployer-bench-')));
  const home = homeAt(join(folder, 'home'));
  const env = {
    ...callerEnv(process.env),
    DEPLOYER_HOME: home.root,
    ...(databaseUrl === null ? {} : { DEPLOYER_DATABASE_URL: databaseUrl }),
  };
  async function lastLine<T>({ user, cwd, args, codes = [0] }: Asked): Promise<T> {
    const by = { ...env, DEPLOYER_USER: user };
    const { code, out, err } = await startCommand([...args, '--json'], { cwd, entry, env: by }).ended;
    if (!codes.includes(code))
      throw new Error(`deployer ${args.join(' ')} ended with ${code}:\n${out}${err}`);
    return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as T;
  }
  return {
    folder,
    root: home.root,
    read: (cwd, ...args) => lastLine({ user, cwd, args }),
    readAs: (other, cwd, ...args) => lastLine({ user: other, cwd, args }),
    follow: (cwd, ...args) => lastLine({ user, cwd, args, codes: [0, 3] }),
    async close() {
      await startCommand(['stop', '--all'], { cwd: folder, entry, env }).ended;
      await rm(folder, { recursive: true, force: true });
      if (databaseUser() === null) return;
      await rm(dirname(databasePaths(home, 'any').data), { recursive: true, force: true });
    },
  };
}
