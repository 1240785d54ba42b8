import { spawn } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

import { DeployerError } from '../../errors.ts';
import { exists } from '../../lib/exists.ts';
import type { Home } from '../../lib/home.ts';
import { rotateHeldLog } from '../../lib/log-rotation.ts';
import { isNodeError } from '../../lib/node-error.ts';
import {
  identifyProcess,
  isRunning,
  type ProcessIdentity,
  signalProcess,
} from '../../lib/process-identity.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import { installBinaries } from './binaries.ts';
import {
  connectionString,
  type DatabaseFile,
  newDatabaseFile,
  readDatabaseFile,
  saveDatabaseFile,
  startError,
} from './database-file.ts';
import { hasData, initialise } from './initialise.ts';
import { type DatabasePaths, databaseUser, makeFolders } from './paths.ts';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const retryMs = 250;

/**
 * Starts the database of a home, or finds the one that runs: it outlives the server, so that a killed server comes
 * back in milliseconds. Call it only while holding the home's lock. Returns the connection string.
 */
export async function startPostgres(home: Home): Promise<string> {
  const known = await readDatabaseFile(home);
  if (known?.process && (await isRunning(known.process))) {
    await untilAccepting(known);
    return connectionString(known);
  }
  const file = known ?? newDatabaseFile(home);
  if (known === null) await setAside(home, file.paths);
  makeFolders(file.paths);
  await installBinaries(file.paths.binaries);
  // Written before the first start: the password of a database that exists is never lost.
  await saveDatabaseFile(home, file);
  await initialise(file);
  return await startOn(home, file);
}

/** Sessions of a killed server that go on, or its process, which nobody has reaped yet. */
const isLeftByKilled = /is still in use|lock file "postmaster\.pid" already exists/;

/**
 * Starts the server on its data. Sessions of one that was killed may still be computing; until they have noticed, a new
 * one refuses to start beside them and is tried again.
 */
async function startOn(home: Home, file: DatabaseFile): Promise<string> {
  const endsAt = performance.now() + startTimeoutMs;
  rotateHeldLog(file.paths.log);
  for (;;) {
    const before = await logText(file.paths);
    try {
      const started = { ...file, process: await launch(file) };
      await saveDatabaseFile(home, started);
      await untilAccepting(started);
      return connectionString(started);
    } catch (error) {
      const said = (await logText(file.paths)).slice(before.length);
      if (!isLeftByKilled.test(said) || performance.now() >= endsAt) throw error;
    }
    await delay(retryMs);
  }
}

async function logText({ log }: DatabasePaths): Promise<string> {
  return await readFile(log, 'utf8').catch(() => '');
}

/** Ends the database of a home (fast shutdown: sessions are ended, everything committed is on disk). Data stays. */
export async function stopPostgres(home: Home): Promise<boolean> {
  const file = await readDatabaseFile(home);
  const running = file?.process ?? null;
  if (file === null || running === null || !(await endPostmaster(running, file.paths))) return false;
  await saveDatabaseFile(home, { ...file, process: null });
  return true;
}

/**
 * Data of a home that was removed and made anew at the same path (as root, data lives outside the home). Nobody has its
 * password any more, and its artifacts are gone; it is kept, under another name.
 */
async function setAside(home: Home, paths: DatabasePaths): Promise<void> {
  if (!(await hasData(paths.data))) return;
  if (await isUsed(home)) {
    throw new DeployerError('database_failed', {
      message: `${home.databaseFile} is missing, though this home is in use and its database is in ${paths.data}.`,
      hint: `Put ${home.databaseFile} back from a copy. To begin anew without its history: mv ${home.root} ${home.root}.old`,
    });
  }
  const running = await runningPostmaster(paths);
  if (running !== null) await endPostmaster(running, paths);
  await rename(paths.data, `${paths.data}.of-a-removed-home-${Date.now()}`);
}

/** Something was shipped from it. */
async function isUsed(home: Home): Promise<boolean> {
  return (await exists(home.artifacts)) || (await exists(dirname(home.source('any'))));
}

async function endPostmaster(running: ProcessIdentity, paths: DatabasePaths): Promise<boolean> {
  if (!(await signalProcess(running, 'SIGINT'))) return false;
  await waitUntil(async () => ((await isRunning(running)) ? null : true), {
    timeoutMs: stopTimeoutMs,
    what: 'the database to end',
    hint: `See ${paths.log}.`,
  });
  return true;
}

async function launch({ paths }: DatabaseFile): Promise<ProcessIdentity> {
  const adopted = await runningPostmaster(paths);
  if (adopted !== null) return adopted;
  const log = await open(paths.log, 'a', 0o600);
  try {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: paths.socketFolder,
      unix_socket_permissions: '0700',
      max_connections: '60',
      shared_buffers: '32MB',
      jit: 'off',
      autovacuum_naptime: '5min',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(paths.binaries, 'bin', 'postgres'), ['-D', paths.data, ...flags], {
      ...databaseUser(),
      cwd: '/',
      detached: true,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const identity = child.pid === undefined ? null : await identifyProcess(child.pid);
    if (identity === null) throw new Error('it ended at once');
    return identity;
  } catch (error) {
    throw startError(paths, 'PostgreSQL did not start', error);
  } finally {
    await log.close();
  }
}

/**
 * A server on this data folder that `database.json` does not name: this process was killed between starting it and
 * writing it down. The pid in `postmaster.pid` is believed only when that process runs with our data folder.
 */
async function runningPostmaster(paths: DatabasePaths): Promise<ProcessIdentity | null> {
  try {
    const [pid = ''] = (await readFile(join(paths.data, 'postmaster.pid'), 'utf8')).split('\n');
    const command = await readFile(`/proc/${Number(pid)}/cmdline`, 'utf8');
    return command.split('\0').includes(paths.data) ? await identifyProcess(Number(pid)) : null;
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

/** Waits until a session opens, and makes the database `deployer` when it is not there yet. */
async function untilAccepting(file: DatabaseFile): Promise<void> {
  const identity = file.process;
  await waitUntil(
    async () => {
      if (identity !== null && !(await isRunning(identity))) {
        throw startError(file.paths, 'PostgreSQL ended while starting', undefined);
      }
      return await tryConnect(file);
    },
    { timeoutMs: startTimeoutMs, what: 'the database to accept connections', hint: `See ${file.paths.log}.` },
  );
}

async function tryConnect(file: DatabaseFile): Promise<true | null> {
  const client = new Client({
    connectionString: connectionString(file, 'postgres'),
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => {
    // Reported by the query below, if it matters.
  });
  try {
    await client.connect();
    const { rowCount } = await client.query("select 1 from pg_database where datname = 'deployer'");
    if (rowCount === 0) await client.query('create database deployer');
    return true;
  } catch (error) {
    if (isStarting(error)) return null;
    throw startError(file.paths, 'PostgreSQL refuses connections', error);
  } finally {
    await client.end().catch(() => {
      // A connection that never opened has nothing to end.
    });
  }
}

/** 57P03: the server is starting up or recovering. */
function isStarting(error: unknown): boolean {
  return (
    isNodeError(error) && ['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(error.code)
  );
}
