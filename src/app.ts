import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { availableParallelism, hostname } from 'node:os';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';

import type { StopRequest } from './api/requests.ts';
import type { BackupView, StoppedView } from './api/views.ts';
import { openArtifactFolder } from './artifacts/artifact-folder.ts';
import { gitBranches } from './artifacts/git-branches.ts';
import { gitSources } from './artifacts/git-sources.ts';
import { sweepArtifacts } from './artifacts/sweep.ts';
import { backUp } from './backup/back-up.ts';
import {
  type DatabasePlace,
  inspectBackup as readBackup,
  refuseUsed,
  restore as restoreBackup,
} from './backup/restore.ts';
import type { ArtifactStore } from './core/artifacts.ts';
import { steadyClock, systemClock } from './core/clock.ts';
import { type Worker, type WorkerKind, workerId } from './core/host.ts';
import type { Candidates, Switcher } from './core/switcher.ts';
import { processEdges } from './edge/edges.ts';
import { candidates } from './engine/candidates.ts';
import { observeDeployment } from './engine/deployment-life.ts';
import { type Engine, type EngineOptions, migrateEngine, startEngine } from './engine/engine.ts';
import { fenced } from './engine/lease.ts';
import { type Messages, openMessages } from './engine/messages.ts';
import type { EngineParts, Places, Steps } from './engine/parts.ts';
import { nightlyPruning, nightlyReturnCheck } from './engine/retention/schedules.ts';
import { runLogs } from './engine/run-logs.ts';
import { switcher } from './engine/switcher.ts';
import { type SupplySecrets, supplySecrets } from './engine/supplied-secrets.ts';
import { tracking } from './engine/tracking/tracking.ts';
import type { TrackingTools } from './engine/tracking/tracking-tools.ts';
import { workInFlight } from './engine/work-in-flight.ts';
import { endPlaces, type LocalPlaces, type PlaceHealth, placesHealth } from './engine/recorded-places.ts';
import { DeployerError } from './errors.ts';
import type { BuildInfo } from './lib/build-info.ts';
import { claimExclusively, claimHolder, releaseClaim } from './lib/exclusive-claim.ts';
import { tidyClone } from './lib/git-tidy.ts';
import { hostIdentity } from './lib/host-identity.ts';
import type { Home } from './lib/home.ts';
import { prepareHomeFolder } from './lib/home-folder.ts';
import { orDiskFull } from './lib/disk-full.ts';
import { identifyProcess, isRunning, type ProcessIdentity, signalProcess } from './lib/process-identity.ts';
import { waitUntil } from './lib/wait-until.ts';
import { type OpenSecrets, openSecrets } from './secrets/open-secrets.ts';
import { endWhenIdle } from './server/end-when-idle.ts';
import { handlers } from './server/handlers.ts';
import { forget, listen } from './server/local-server.ts';
import { openRunNews } from './server/run-stream.ts';
import { httpServer } from './server/server.ts';
import { shipOrder } from './server/ship-order.ts';
import { buildStep } from './steps/build.ts';
import { checkoutStep } from './steps/checkout.ts';
import { migrateStep } from './steps/migrate.ts';
import { packageStep } from './steps/package.ts';
import { performanceStep } from './steps/performance.ts';
import { prepareStep } from './steps/prepare.ts';
import { rollbackRehearsalStep } from './steps/rollback-rehearsal.ts';
import { setupStep } from './steps/setup.ts';
import { suiteStep } from './steps/suite.ts';
import { switchStep } from './steps/switch.ts';
import { verifyStep } from './steps/verify.ts';
import { watchStep } from './steps/watch.ts';
import { type Database, openDatabase } from './store/database.ts';
import { databaseBeside, emptyExternal, exchangeDatabases } from './store/embedded/exchange.ts';
import { startPostgres, stopPostgres } from './store/embedded/postgres.ts';
import { environmentsOfHost } from './store/environments.ts';
import { migrate } from './store/migrate.ts';
import { migrationRecords } from './store/migration-records.ts';
import { releaseRecords } from './store/release-records.ts';
import { countOpenRuns } from './store/runs.ts';
import { sealedSecrets } from './store/sealed-secrets.ts';
import { integrationsWithSecrets } from './store/secrets.ts';
import { countPolling } from './store/trackers.ts';
import { type ProcessTarget, processTarget } from './targets/process/target.ts';

/** What a home needs to be served. */
export interface Serving {
  readonly home: Home;
  readonly build: BuildInfo;
  /** Started by a verb that needed a server: ends by itself when nothing was ever deployed. */
  readonly isBackground: boolean;
  readonly signal: AbortSignal;
}

/** The folder of the Node that runs this process. */
const nodeFolder = dirname(process.execPath);

const endDeadlineMs = 5 * 60_000;

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
  const external = sharedDatabase();
  const isOwnDatabase = external === null;
  const connectionString = external ?? (await startPostgres(home));
  const reviveDatabase = isOwnDatabase ? databaseReviver(home, logger) : null;
  const opening = {
    home,
    kind: 'server',
    build,
    connectionString,
    isOwnDatabase,
    reviveDatabase,
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
      tools,
      tracking: looking,
      startRollback: engine.startRollback,
      news,
      backUp: (file, by, through) => backUp({ home, database, file, version: build.version, by }, through),
      server: () => ({ pid: process.pid, ...build, home: home.root, startedAt, database: databaseView }),
      stop,
    }),
    { logger, redactor: secrets.known },
  );
  let isEndingAll = false;

  async function stop({ all, afterSteps }: StopRequest): Promise<StoppedView> {
    isEndingAll ||= all;
    if (afterSteps) await engine.drain();
    // Convergence would start again what is being ended.
    const workers = all ? await endWorker(home) : [];
    await engine.stop();
    const stopped = all ? await endPlaces(local, home.root, AbortSignal.timeout(endDeadlineMs)) : [];
    // The answer goes out first.
    setTimeout(() => ending.resolve(), 50);
    return { stopped: ['server', ...workers, ...stopped, ...(all && isOwnDatabase ? ['database'] : [])] };
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
  const connectionString = sharedDatabase();
  if (connectionString === null) {
    throw new DeployerError('database_missing', {
      message: 'A worker shares a PostgreSQL with a server, and DEPLOYER_DATABASE_URL names none.',
      hint: 'DEPLOYER_DATABASE_URL=postgres://… deployer worker   (on one machine alone: deployer serve)',
    });
  }
  if ((await claimHome(home, 'worker')) === null) return false;
  const log = openLogger();
  const { logger } = log;
  const shared = { isOwnDatabase: false, reviveDatabase: null };
  const { engine, close } = await openWorker({
    home,
    kind: 'worker',
    build,
    connectionString,
    log,
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

interface Opening extends Pick<EngineOptions, 'connectionString' | 'isOwnDatabase' | 'reviveDatabase'> {
  readonly home: Home;
  readonly kind: WorkerKind;
  readonly build: BuildInfo;
  readonly log: Log;
}

/** Database, places and engine, running. */
async function openWorker({ home, kind, build, log, ...options }: Opening): Promise<{
  readonly parts: EngineParts;
  readonly local: LocalPlaces;
  readonly engine: Engine;
  readonly tools: ReturnType<typeof trackingTools>;
  readonly looking: ReturnType<typeof tracking>;
  readonly close: () => Promise<void>;
}> {
  const host = await hostIdentity(home);
  const worker: Worker = { id: workerId(host, randomUUID()), host, kind, version: build.version };
  const unfenced = openDatabase(options.connectionString);
  await migrate(unfenced.db);
  const database = fenced(unfenced, worker.id);
  const messages = await openMessages(options.connectionString, database.pool);
  const secrets = openSecrets(sealedSecrets(database), {
    keyFile: home.secretsKey,
    passphrase: takePassphrase(),
  });
  log.redactWith((line) => secrets.known.redact(line));
  await meetSecrets(database, secrets, log.logger);
  const local = localPlaces(home, supplySecrets({ database, secrets }));
  const parts = engineParts(home, worker, { local, database, messages, secrets });
  const tools = trackingTools(parts, { isShared: !options.isOwnDatabase });
  const looking = tracking(tools, log.logger);
  const engine = await startEngine(parts, {
    ...options,
    tracking: looking,
    logger: log.logger,
    // Whatever is started by the clock is a line here.
    schedules: [nightlyPruning(parts), nightlyReturnCheck(parts)],
  });
  return {
    parts,
    local,
    engine,
    tools,
    looking,
    async close() {
      await engine.stop();
      await messages.close();
      await database.close();
    },
  };
}

/** The PostgreSQL that several servers and workers share; null: this home has one of its own. */
function sharedDatabase(): string | null {
  const named = process.env['DEPLOYER_DATABASE_URL'];
  return named === undefined || named === '' ? null : named;
}

interface Log {
  readonly logger: Logger;
  /** What every line passes from now on. */
  readonly redactWith: (redact: (line: string) => string) => void;
}

function openLogger(): Log {
  let redact = (line: string): string => line;
  const logger = pino(
    { level: process.env['DEPLOYER_LOG'] ?? 'info' },
    { write: (line: string) => void process.stdout.write(redact(line)) },
  );
  return { logger, redactWith: (next) => void (redact = next) };
}

/** This process as the only server, or the only worker, of a home; null when another one is. */
async function claimHome({ root }: Home, kind: WorkerKind): Promise<ProcessIdentity | null> {
  await prepareHomeFolder(root);
  const self = await identifyProcess(process.pid);
  try {
    return self !== null && (await claimExclusively(root, kind, self)) ? self : null;
  } catch (error) {
    throw orDiskFull(error, `the ${kind} took the home`);
  }
}

function engineParts(
  home: Home,
  worker: Worker,
  {
    local,
    database,
    messages,
    secrets,
  }: {
    readonly local: ReturnType<typeof localPlaces>;
    readonly database: Database;
    readonly messages: Messages;
    readonly secrets: OpenSecrets;
  },
): EngineParts {
  const { edges, artifacts, processes } = local;
  const sources = gitSources((integration) => home.source(integration));
  const places: Places = {
    database,
    home,
    worker,
    clock: systemClock,
    steady: steadyClock,
    nodeFolder,
    sources,
    commits: sources,
    secrets,
    edges,
    artifacts,
    housekeeping: {
      sweepArtifacts: (order, signal) => sweepArtifacts(home.artifacts, order, signal),
      tidySources: (integration, order, signal) => tidyClone(home.source(integration), order, signal),
    },
    targets: { process: processes },
  };
  const moving = switcher(places);
  const making = candidates(places);
  return {
    ...places,
    switcher: moving,
    candidates: making,
    sealer: secrets.sealer,
    messages,
    logs: runLogs(database),
    work: workInFlight(),
    steps: steps(places, { switcher: moving, candidates: making }),
  };
}

function trackingTools(parts: EngineParts, { isShared }: Pick<TrackingTools, 'isShared'>): TrackingTools {
  const asked = { release: null, to: null, note: null, newHistory: false };
  return {
    parts,
    branches: gitBranches((integration) => parts.home.source(integration)),
    readOrder: (order, signal) => shipOrder(parts, { ...order, ...asked }, signal),
    host: hostname(),
    isShared,
  };
}

/** Every stage of work and what it may touch. A new step is a file in `steps/` and a line here. */
function steps(
  places: Places,
  ports: { readonly switcher: Switcher; readonly candidates: Candidates },
): Steps {
  const { artifacts, sources, database, edges } = places;
  const releases = releaseRecords(database);
  const observer = { observe: observeDeployment(places) };
  const parallel = availableParallelism();
  return {
    checkout: checkoutStep({ sources }),
    build: buildStep({ releases, artifacts, parallel, nodeFolder }),
    package: packageStep({ sources, releases, artifacts, parallel }),
    setup: setupStep({ nodeFolder }),
    suite: suiteStep({ nodeFolder }),
    performance: performanceStep(),
    migrate: migrateStep({ sources, migrations: migrationRecords(database), nodeFolder }),
    prepare: prepareStep(ports),
    verify: verifyStep({ observer }),
    switch: switchStep(ports),
    'rollback-rehearsal': rollbackRehearsalStep(ports),
    watch: watchStep({ edges }),
  };
}

/** Ends what a home without a running server has left running; keeps data. */
export async function stopAll({ home, signal }: Pick<Serving, 'home' | 'signal'>): Promise<StoppedView> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(endDeadlineMs)]);
  const workers = await endWorker(home);
  const stopped = await endPlaces(localPlaces(home), home.root, deadline);
  return { stopped: [...workers, ...stopped, ...((await stopPostgres(home)) ? ['database'] : [])] };
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

export interface Restoring {
  readonly home: Home;
  /** Absolute. */
  readonly file: string;
  /** What the home has may be replaced. */
  readonly isReplacing: boolean;
  readonly by: string;
  readonly signal: AbortSignal;
}

/** What a backup is, when it is whole and can be restored here; changes nothing. */
export async function inspectBackup({ home, file, signal }: Restoring): Promise<BackupView> {
  return await backupView(file, await readBackup(home, file, signal));
}

/** Restores a backup into a home that has no server, and leaves what is needed to start one. */
export async function restore({ home, file, isReplacing, by, signal }: Restoring): Promise<BackupView> {
  if (!isReplacing) await refuseUsed(home, file);
  const self = await claimHome(home, 'server');
  if (self === null) {
    throw new DeployerError('server_locked', {
      message: `A server runs on ${home.root}.`,
      hint: 'deployer stop',
    });
  }
  try {
    const place = databasePlace(home);
    const facts = await restoreBackup({ home, file, isReplacing, by, place, migrateEngine }, signal);
    return await backupView(file, facts);
  } finally {
    await releaseClaim(home.root, 'server', self);
  }
}

function databasePlace(home: Home): DatabasePlace {
  const external = process.env['DEPLOYER_DATABASE_URL'];
  if (external !== undefined && external !== '') {
    return { empty: () => emptyExternal(external), exchange: () => Promise.resolve() };
  }
  return {
    async empty() {
      await startPostgres(home);
      return await databaseBeside(home);
    },
    exchange: () => exchangeDatabases(home),
  };
}

async function backupView(
  file: string,
  { createdAt, integrations }: Pick<BackupView, 'createdAt' | 'integrations'>,
): Promise<BackupView> {
  return { file, createdAt, integrations, bytes: (await stat(file)).size };
}

/** What can be seen of a home's places from outside. */
export async function inspect({
  home,
  signal,
}: Pick<Serving, 'home' | 'signal'>): Promise<readonly PlaceHealth[]> {
  return await placesHealth(localPlaces(home), home.root, signal);
}

function localPlaces(
  home: Home,
  supply?: SupplySecrets,
): LocalPlaces & { readonly artifacts: ArtifactStore; readonly processes: ProcessTarget } {
  const artifacts = openArtifactFolder(home.artifacts);
  return {
    artifacts,
    edges: processEdges({ home: home.root }),
    processes: processTarget({
      home: home.root,
      artifacts,
      ...(supply === undefined ? {} : { secrets: supply }),
    }),
  };
}

/** The passphrase of the secrets; no program that is started from here on inherits it. */
function takePassphrase(): string | null {
  const passphrase = process.env['DEPLOYER_SECRETS_PASSPHRASE'] ?? '';
  delete process.env['DEPLOYER_SECRETS_PASSPHRASE'];
  return passphrase === '' ? null : passphrase;
}

/** From now on no value gets into the log of the server. Without their key the server runs, and goes back, all the same. */
async function meetSecrets(database: Database, secrets: OpenSecrets, logger: Logger): Promise<void> {
  for (const integration of await integrationsWithSecrets(database.db)) {
    try {
      await secrets.redactor(integration);
    } catch (error) {
      if (!(error instanceof DeployerError)) throw error;
      logger.warn({ integration, message: error.message, hint: error.hint }, 'secrets cannot be read');
    }
  }
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

async function versionOf({ pool }: Database): Promise<string> {
  const { rows } = await pool.query<{ server_version: string }>('show server_version');
  return rows[0]?.server_version ?? 'unknown';
}
