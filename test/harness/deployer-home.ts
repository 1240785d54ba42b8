import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

import { type ServerFile, serverFile } from '../../src/api/server-file.ts';
import { callerEnv } from '../../src/core/pipeline/caller-env.ts';
import { readJsonFile } from '../../src/lib/atomic-file.ts';
import { type Home, homeAt } from '../../src/lib/home.ts';
import { isRunning, signalProcess } from '../../src/lib/process-identity.ts';
import { connectionString, readDatabaseFile } from '../../src/store/embedded/database-file.ts';
import { databasePaths, databaseUser } from '../../src/store/embedded/paths.ts';
import { type Ran, type Running, startCommand, thisBuild } from './command-line.ts';
import { processesOf } from './leftovers.ts';
import { untilTrue } from './until.ts';

/** Who acts when a test does not say. */
export const engineer = 'engineer@example.com';

export interface CommandPlace {
  readonly cwd?: string;
  readonly user?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program to start. @default that of the home */
  readonly entry?: string;
}

/** A home of its own for the tests of one file, with a folder for what they write. */
export interface DeployerHome {
  readonly home: Home;
  /** For repositories, gates and whatever else a test writes. */
  readonly scratch: string;
  /** Starts a command line as a process of its own. */
  start(args: readonly string[], place?: CommandPlace): Running;
  /** Runs a command line to its end. */
  run(args: readonly string[], place?: CommandPlace): Promise<Ran>;
  server(): Promise<ServerFile | null>;
  /** Ends the server of this home as a power cut would: nothing of it can say good-bye. */
  killServer(): Promise<void>;
  /** Connection string of the embedded database. */
  databaseUrl(): Promise<string>;
  /** As `killServer`, the embedded database; nobody starts it again but the server. */
  killDatabase(): Promise<void>;
  /** Ends everything and removes all files. Fails, and keeps them, when a process of this home is left. */
  close(): Promise<void>;
}

/**
 * A home that is closed when the tests of the calling file have ended, which fails them if it leaves a process. What
 * is in `env` is in the environment of every command; each is of the program `entry`.
 */
export async function homeOfThisFile(
  env: CommandPlace['env'] = {},
  entry: string = thisBuild,
): Promise<DeployerHome> {
  const opened = await openHome(env, entry);
  afterAll(() => opened.close(), 180_000);
  return opened;
}

async function openHome(always: CommandPlace['env'], entry: string): Promise<DeployerHome> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'deployer-test-')));
  const home = homeAt(join(folder, 'home'));

  function start(args: readonly string[], place: CommandPlace = {}): Running {
    const env = { DEPLOYER_HOME: home.root, DEPLOYER_USER: place.user ?? engineer, ...always, ...place.env };
    const input = place.input === undefined ? {} : { input: place.input };
    return startCommand(args, {
      cwd: place.cwd ?? folder,
      entry: place.entry ?? entry,
      env: { ...callerEnv(process.env), ...env },
      ...input,
    });
  }

  const server = (): Promise<ServerFile | null> => readJsonFile(home.serverFile, serverFile);

  return {
    home,
    scratch: folder,
    start,
    run: (args, place) => start(args, place).ended,
    server,
    async killServer() {
      const record = await server();
      if (record === null) throw new Error('no server to kill');
      await signalProcess(record, 'SIGKILL');
      await untilTrue('the server to be gone', async () => !(await isRunning(record)));
    },
    async databaseUrl() {
      const file = await readDatabaseFile(home);
      if (file === null) throw new Error('no database');
      return connectionString(file);
    },
    async killDatabase() {
      const postmaster = (await readDatabaseFile(home))?.process ?? null;
      if (postmaster === null) throw new Error('no database to kill');
      await signalProcess(postmaster, 'SIGKILL');
      await untilTrue('the database to be gone', async () => !(await isRunning(postmaster)));
    },
    async close() {
      const stopped = await start(['stop', '--all']).ended;
      const left = await processesOf(home.root, { graceMs: 15_000 });
      // Without its files nothing could end what is left, so they stay for whoever reads this.
      if (stopped.code !== 0 || left.length > 0) {
        const said = `stop --all ended with ${stopped.code}: ${stopped.err}`;
        throw new Error(`Not everything of ${home.root} has ended.\n${said}\n${left.join('\n')}`);
      }
      await rm(folder, { recursive: true, force: true });
      await rm(databaseFolder(home), { recursive: true, force: true });
    },
  };
}

/** As root the database lives beside the home. */
function databaseFolder(home: Home): string {
  return databaseUser() === null ? home.postgres : dirname(databasePaths(home, 'any').data);
}
