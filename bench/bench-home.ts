import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { callerEnv } from '../src/core/pipeline/caller-env.ts';
import { homeAt } from '../src/lib/home.ts';
import { databasePaths, databaseUser } from '../src/store/embedded/paths.ts';
import { startCommand } from '../test/harness/command-line.ts';

/** A home and a scratch folder for one benchmark, used as a user would: through the command line. */
export interface BenchHome {
  readonly folder: string;
  /** `DEPLOYER_HOME`, in `folder`. */
  readonly root: string;
  /** Runs `deployer …args --json` in `cwd`, and returns its last line. Throws when it fails. */
  read<T>(cwd: string, ...args: readonly string[]): Promise<T>;
  /** The same as somebody else. */
  readAs<T>(user: string, cwd: string, ...args: readonly string[]): Promise<T>;
  close(): Promise<void>;
}

/** @param databaseUrl a PostgreSQL to use in the place of one of its own */
export async function openBenchHome(databaseUrl: string | null = null): Promise<BenchHome> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'deployer-bench-')));
  const home = homeAt(join(folder, 'home'));
  const env = {
    ...callerEnv(process.env),
    DEPLOYER_HOME: home.root,
    ...(databaseUrl === null ? {} : { DEPLOYER_DATABASE_URL: databaseUrl }),
  };
  async function readAs<T>(user: string, cwd: string, ...args: readonly string[]): Promise<T> {
    const by = { ...env, DEPLOYER_USER: user };
    const { code, out, err } = await startCommand([...args, '--json'], { cwd, env: by }).ended;
    if (code !== 0) throw new Error(`deployer ${args.join(' ')} ended with ${code}:\n${out}${err}`);
    return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as T;
  }
  return {
    folder,
    root: home.root,
    read: (cwd, ...args) => readAs('bench@example.com', cwd, ...args),
    readAs,
    async close() {
      await startCommand(['stop', '--all'], { cwd: folder, env }).ended;
      await rm(folder, { recursive: true, force: true });
      if (databaseUser() === null) return;
      await rm(dirname(databasePaths(home, 'any').data), { recursive: true, force: true });
    },
  };
}
