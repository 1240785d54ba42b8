import { once } from 'node:events';
import type { Logger } from 'pino';

import type { StopRequest } from './api/requests.ts';
import type { StoppedView } from './api/views/server.ts';
import { localPlaces, openLogger, openWorker } from './assembly.ts';
import { backUp } from './backup/back-up.ts';
import { type DiskNeed, troubleText } from './core/workers/watchdog.ts';
import type { EngineParts } from './engine/parts.ts';
import { type PlaceHealth, placesHealth } from './engine/workers/places-health.ts';
import { type EndedPlaces, endPlaces, refuseLeft } from './engine/workers/recorded-places.ts';
import { DeployerError } from './errors.ts';
import type { BuildInfo } from './lib/build-info.ts';
import { claimHome } from './lib/claim-home.ts';
import { claimHolder } from './lib/exclusive-claim.ts';
import { roomNeeded } from './lib/disk-full.ts';
import type { Home } from './lib/home.ts';
import { isCopy } from './lib/home-standing.ts';
import { keepLogsShort } from './lib/log-rotation.ts';
import { messageOf } from './lib/message-of.ts';
import { isRunning, signalProcess } from './lib/process-identity.ts';
import { waitUntil } from './lib/wait-until.ts';
import { endWhenIdle } from './server/end-when-idle.ts';
import { handlers } from './server/handlers.ts';
import { forget, listen } from './server/local-server.ts';
import { openRunNews } from './server/run-stream.ts';
import { httpServer } from './server/server.ts';
import type { Database } from './store/database.ts';
import { readDatabaseFile } from './store/embedded/database-file.ts';
import { settleHome } from './store/embedded/settle-home.ts';
import { startPostgres, stopPostgres } from './store/embedded/postgres.ts';
import { serverLogs } from './store/embedded/server-logs.ts';
import { environmentsOfHost } from './store/environments.ts';
import { countOpenRuns } from './store/runs.ts';
import { sharedDatabase } from './store/shared-database.ts';
import { countPolling } from './store/trackers.ts';

/** What a home needs to be served. */
export interface Serving {
  readonly home: Home;
  readonly build: BuildInfo;
  /** Started by a verb that needed a server: ends by itself when nothing was ever deployed. */
  readonly isBackground: boolean;
  readonly signal: AbortSignal;
}

const endDeadlineMs = 5 * 60_000;
const nothing: EndedPlaces = { stopped: [], left: [] };

/**
 * Is the control plane and the worker of a home until `signal` aborts or a `stop` arrives. Returns false, having done
 * nothing, when another server has the home.
 */
export async function serve({ home, build, isBackground, signal }: Serving): Promise<boolean> {
  const self = await claimHome(home, 'server');
  if (self === null) return false;
  const log = openLogger();
  const { logger } = log;
  const startedAt = new Date().toISOString();
  const external = await sharedDatabase();
  const isOwnDatabase = external === null;
  await settleHome(home, { hasDatabase: isOwnDatabase });
  const connectionString = external ?? (await startPostgres(home));
  keepLogsShort(await serverLogs(home), (error) =>
    logger.warn({ error: messageOf(error) }, 'a log was not rotated'),
  );
  const reviveDatabase = isOwnDatabase ? databaseReviver(home, logger) : null;
  const opening = {
    home,
    kind: 'server',
    build,
    connectionString,
    isOwnDatabase,
    reviveDatabase,
    disks: await disksOf(home, isOwnDatabase),
    log,
  } as const;
  const { parts, local, engine, tools, looking, close } = await openWorker(opening);
  const { database, secrets } = parts;
  const news = await openRunNews(database.pool);
  const ending = Promise.withResolvers<void>();
  const databaseView = {
    kind: isOwnDatabase ? ('embedded' as const) : ('external' as const),
    version: await versionOf(database),
  };
  const app = httpServer(
    handlers({
      parts,
      health: engine.health,
      alerts: engine.alerts,
      tools,
      tracking: looking,
      startRollback: engine.startRollback,
      beginQueued: engine.beginQueued,
      news,
      backUp: (file, by, through) =>
        backUp({ home, host: parts.worker.host.id, database, file, version: build.version, by }, through),
      server: async () => {
        const pid = isOwnDatabase ? await databasePid(home) : null;
        const database = { ...databaseView, pid };
        return { pid: process.pid, ...build, home: home.root, startedAt, database };
      },
      stop,
    }),
    {
      logger,
      redactor: secrets.known,
      troubles: () => engine.health().troubles.map((trouble) => troubleText(trouble, Date.now())),
    },
  );
  let isEndingAll = false;

  async function stop({ all, afterSteps }: StopRequest): Promise<StoppedView> {
    isEndingAll ||= all;
    try {
      if (afterSteps) await engine.drain();
      // Convergence would start again what is being ended.
      const workers = all ? await endWorker(home) : [];
      await engine.stop();
      const ended = all ? await endPlaces(local, home.root, AbortSignal.timeout(endDeadlineMs)) : nothing;
      refuseLeft(ended);
      const database = all && isOwnDatabase ? ['database'] : [];
      return { stopped: ['server', ...workers, ...ended.stopped, ...database] };
    } finally {
      // Whatever is left: one whose engine has stopped does nothing any more. The answer goes out first.
      setTimeout(() => ending.resolve(), 50);
    }
  }

  await listen(app, { home, build, self });
  logger.info({ home: home.root, startedAt }, 'the server is ready');
  signal.addEventListener('abort', () => ending.resolve(), { once: true });
  const idle = isBackground
    ? endWhenIdle(
        () => isIdle(parts),
        () => ending.resolve(),
      )
    : null;
  await ending.promise;
  clearInterval(idle ?? undefined);
  await forget(home);
  await app.close();
  news.close();
  await close();
  if (isEndingAll && isOwnDatabase) await stopPostgres(home);
  logger.info({ home: home.root }, 'the server has ended');
  return true;
}

/**
 * Is one more worker of a home, without a control plane, until `signal` aborts; then it takes nothing up any more and
 * waits for its steps in flight. Returns false, having done nothing, when another worker has the home.
 */
export async function work({ home, build, signal }: Omit<Serving, 'isBackground'>): Promise<boolean> {
  const connectionString = await sharedDatabase();
  if (connectionString === null) {
    throw new DeployerError('database_missing', {
      message: 'A worker shares a PostgreSQL with a server, and DEPLOYER_DATABASE_URL names none.',
      hint: 'DEPLOYER_DATABASE_URL=postgres://… deployer worker   (on one machine alone: deployer serve)',
    });
  }
  if ((await claimHome(home, 'worker')) === null) return false;
  await settleHome(home, { hasDatabase: false });
  const log = openLogger();
  const { logger } = log;
  const shared = { isOwnDatabase: false, reviveDatabase: null };
  const { engine, close } = await openWorker({
    home,
    kind: 'worker',
    build,
    connectionString,
    log,
    disks: [{ path: home.root, neededBytes: roomNeeded.files }],
    ...shared,
  });
  logger.info({ home: home.root }, 'the worker is ready');
  if (!signal.aborted) await once(signal, 'abort');
  logger.info('the worker takes nothing up any more, and waits for its steps in flight');
  await engine.drain();
  await close();
  logger.info({ home: home.root }, 'the worker has ended');
  return true;
}

/** What is looked at for room: the home, and the data of its own database, which may be elsewhere. */
async function disksOf(home: Home, isOwnDatabase: boolean): Promise<readonly DiskNeed[]> {
  const data = isOwnDatabase ? ((await readDatabaseFile(home))?.paths.data ?? null) : null;
  return [
    { path: home.root, neededBytes: roomNeeded.files },
    ...(data === null ? [] : [{ path: data, neededBytes: roomNeeded.database }]),
  ];
}

/** Ends what a home without a running server has left running; keeps data. */
export async function stopAll({ home, signal }: Pick<Serving, 'home' | 'signal'>): Promise<StoppedView> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(endDeadlineMs)]);
  const workers = await endWorker(home);
  const ended = await endPlaces(localPlaces(home), home.root, deadline);
  signal.throwIfAborted();
  const database = (await stopPostgres(home)) ? ['database'] : [];
  refuseLeft(ended);
  // One that was killed has left its record, and nothing of it is missed any more.
  if ((await claimHolder(home.root, 'server').catch(() => null)) === null) await forget(home);
  return { stopped: [...workers, ...ended.stopped, ...database] };
}

/** Its steps in flight are done again by whoever comes next; nobody is left to wait for them here. */
const workerEndsWithinMs = 15_000;

/** Ends the `deployer worker` of a home, if one runs. */
async function endWorker({ root }: Home): Promise<readonly string[]> {
  const holder = await claimHolder(root, 'worker').catch(() => null);
  if (holder === null) return [];
  const hasEnded = async (): Promise<true | null> => ((await isRunning(holder)) ? null : true);
  await signalProcess(holder, 'SIGTERM');
  const wait = { timeoutMs: workerEndsWithinMs, what: 'the worker to end', hint: 'deployer doctor' };
  await waitUntil(hasEnded, wait).catch(() => signalProcess(holder, 'SIGKILL'));
  await waitUntil(hasEnded, wait);
  return ['worker'];
}

/** What can be seen of a home's places from outside. */
export async function inspect({
  home,
  signal,
}: Pick<Serving, 'home' | 'signal'>): Promise<readonly PlaceHealth[]> {
  if (await isCopy(home)) return [];
  return await placesHealth(localPlaces(home), home.root, signal);
}

/** Nothing was ever shipped or will be, so nobody misses a server that was started for one command. */
async function isIdle({ database: { db }, worker }: EngineParts): Promise<boolean> {
  if ((await countPolling(db)) > 0) return false;
  return (await countOpenRuns(db)) === 0 && (await environmentsOfHost(db, worker.host.id)).length === 0;
}

/** Whoever finds the embedded database gone starts it again, once for all who do. */
function databaseReviver(home: Home, logger: Logger): () => Promise<void> {
  let reviving: Promise<void> | null = null;
  async function revive(): Promise<void> {
    logger.warn('the database cannot be reached; it is started again if it has ended');
    await startPostgres(home);
  }
  return () => (reviving ??= revive().finally(() => (reviving = null)));
}

/** Read whenever it is asked for: the database may have been started again. */
async function databasePid(home: Home): Promise<number | null> {
  return (await readDatabaseFile(home))?.process?.pid ?? null;
}

async function versionOf({ pool }: Database): Promise<string> {
  const { rows } = await pool.query<{ server_version: string }>('show server_version');
  return rows[0]?.server_version ?? 'unknown';
}
