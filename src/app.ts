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
import type { Candidates, Switcher } from './core/switcher.ts';
import { processEdges } from './edge/edges.ts';
import { candidates } from './engine/candidates.ts';
import { observeDeployment } from './engine/deployment-life.ts';
import { migrateEngine, startEngine } from './engine/engine.ts';
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
import { claimExclusively, releaseClaim } from './lib/exclusive-claim.ts';
import { tidyClone } from './lib/git-tidy.ts';
import type { Home } from './lib/home.ts';
import { prepareHomeFolder } from './lib/home-folder.ts';
import { orDiskFull } from './lib/disk-full.ts';
import { identifyProcess, type ProcessIdentity } from './lib/process-identity.ts';
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
import { allEnvironments } from './store/environments.ts';
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
  await prepareHomeFolder(home.root);
  const self = await identifyProcess(process.pid);
  if (self === null || !(await claimHome(home, self))) return false;
  const passphrase = takePassphrase();
  let redact = (line: string): string => line;
  const logger = pino(
    { level: process.env['DEPLOYER_LOG'] ?? 'info' },
    { write: (line: string) => void process.stdout.write(redact(line)) },
  );
  const startedAt = new Date().toISOString();
  const external = process.env['DEPLOYER_DATABASE_URL'];
  const isOwnDatabase = external === undefined || external === '';
  const connectionString = isOwnDatabase ? await startPostgres(home) : external;
  const database = openDatabase(connectionString);
  await migrate(database.db);
  const messages = await openMessages(connectionString, database.pool);
  const secrets = openSecrets(sealedSecrets(database), { keyFile: home.secretsKey, passphrase });
  redact = (line) => secrets.known.redact(line);
  await meetSecrets(database, secrets, logger);
  const local = localPlaces(home, supplySecrets({ database, secrets }));
  const parts = engineParts(home, local, { database, messages, secrets });
  const reviveDatabase = isOwnDatabase ? databaseReviver(home, logger) : null;
  const tools = trackingTools(parts, { isShared: !isOwnDatabase });
  const looking = tracking(tools, logger);
  const engine = await startEngine(parts, {
    connectionString,
    isOwnDatabase,
    reviveDatabase,
    tracking: looking,
    logger,
    // Whatever is started by the clock is a line here.
    schedules: [nightlyPruning(parts), nightlyReturnCheck(parts)],
  });
  const news = await openRunNews(database.pool);
  const ending = Promise.withResolvers<void>();
  const databaseView = {
    kind: isOwnDatabase ? ('embedded' as const) : ('external' as const),
    version: await versionOf(database),
  };
  const app = httpServer(
    handlers({
      parts,
      convergence: engine.convergence,
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
    await engine.stop();
    const stopped = all ? await endPlaces(local, home.root, AbortSignal.timeout(endDeadlineMs)) : [];
    // The answer goes out first.
    setTimeout(() => ending.resolve(), 50);
    return { stopped: ['server', ...stopped, ...(all && isOwnDatabase ? ['database'] : [])] };
  }

  await listen(app, { home, build, self });
  logger.info({ home: home.root, startedAt }, 'the server is ready');
  signal.addEventListener('abort', () => ending.resolve(), { once: true });
  const idle = isBackground
    ? endWhenIdle(
        () => isIdle(database),
        () => ending.resolve(),
      )
    : null;
  await ending.promise;
  clearInterval(idle ?? undefined);
  await forget(home);
  await app.close();
  news.close();
  await engine.stop();
  await messages.close();
  await database.close();
  if (isEndingAll && isOwnDatabase) await stopPostgres(home);
  logger.info({ home: home.root }, 'the server has ended');
  return true;
}

async function claimHome({ root }: Home, self: ProcessIdentity): Promise<boolean> {
  try {
    return await claimExclusively(root, 'server', self);
  } catch (error) {
    throw orDiskFull(error, 'the server took the home');
  }
}

function engineParts(
  home: Home,
  local: ReturnType<typeof localPlaces>,
  {
    database,
    messages,
    secrets,
  }: { readonly database: Database; readonly messages: Messages; readonly secrets: OpenSecrets },
): EngineParts {
  const { edges, artifacts, processes } = local;
  const sources = gitSources((integration) => home.source(integration));
  const places: Places = {
    database,
    home,
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
  const stopped = await endPlaces(localPlaces(home), home.root, deadline);
  return { stopped: [...stopped, ...((await stopPostgres(home)) ? ['database'] : [])] };
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
  const self = await identifyProcess(process.pid);
  if (self === null || !(await claimHome(home, self))) {
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
async function isIdle({ db }: Database): Promise<boolean> {
  if ((await countPolling(db)) > 0) return false;
  return (await countOpenRuns(db)) === 0 && (await allEnvironments(db)).length === 0;
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
