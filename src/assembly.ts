import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';

import { openArtifactFolder } from './artifacts/artifact-folder.ts';
import { gitBranches } from './artifacts/git-branches.ts';
import { gitSources } from './artifacts/git-sources.ts';
import { sweepArtifacts } from './artifacts/sweep.ts';
import type { ArtifactStore } from './core/releases/artifacts.ts';
import { steadyClock, systemClock } from './core/clock.ts';
import { type Worker, type WorkerKind, workerId } from './core/workers/host.ts';
import type { CommitFiles } from './core/releases/sources.ts';
import type { Candidates, Switcher } from './core/switching/switcher.ts';
import { edgeFolder, readEdgeRecord } from './edge/edge-record.ts';
import { processEdges } from './edge/edges.ts';
import { hourlyLook } from './engine/checklist/hourly-look.ts';
import { requirements } from './engine/checklist/requirements.ts';
import { type Engine, type EngineOptions, startEngine } from './engine/engine.ts';
import { type Messages, openMessages } from './engine/messages.ts';
import type { EngineParts, Places, Steps } from './engine/parts.ts';
import { type SupplySecrets, supplySecrets } from './engine/pipeline/supplied-secrets.ts';
import { residents } from './engine/residents/change-residents.ts';
import { nightlyPruning, nightlyReturnCheck } from './engine/retention/nightly-work.ts';
import { runLogs } from './engine/run-logs.ts';
import { candidates } from './engine/switching/candidates.ts';
import { observeDeployment } from './engine/switching/deployment-life.ts';
import { switcher } from './engine/switching/switcher.ts';
import type { TrackingTools } from './engine/tracking/tracking-tools.ts';
import { tracking } from './engine/tracking/tracking.ts';
import { workInFlight } from './engine/work-in-flight.ts';
import { fenced } from './engine/workers/lease.ts';
import type { LocalPlaces } from './engine/workers/recorded-places.ts';
import { DeployerError } from './errors.ts';
import type { BuildInfo } from './lib/build-info.ts';
import { tidyClone } from './lib/git-tidy.ts';
import type { Home } from './lib/home.ts';
import { hostIdentity } from './lib/host-identity.ts';
import { isRunning } from './lib/process-identity.ts';
import { type OpenSecrets, openSecrets } from './secrets/open-secrets.ts';
import { documentsOfActs } from './revisions/documents-of-acts.ts';
import { hourlyDocuments } from './revisions/hourly-documents.ts';
import { shipOrder } from './server/ship-order.ts';
import { buildStep } from './steps/build.ts';
import { checklistStep } from './steps/checklist.ts';
import { checkoutStep } from './steps/checkout.ts';
import { migrateStep } from './steps/migrate.ts';
import { packageStep } from './steps/package.ts';
import { performanceStep } from './steps/performance.ts';
import { prepareStep } from './steps/prepare.ts';
import { residentsStep } from './steps/residents.ts';
import { rollbackRehearsalStep } from './steps/rollback-rehearsal.ts';
import { setupStep } from './steps/setup.ts';
import { suiteStep } from './steps/suite.ts';
import { switchStep } from './steps/switch.ts';
import { verifyStep } from './steps/verify.ts';
import { watchStep } from './steps/watch.ts';
import { type Database, openDatabase } from './store/database.ts';
import { migrateForServer } from './store/migrate.ts';
import { migrationRecords } from './store/migration-records.ts';
import { releaseRecords } from './store/release-records.ts';
import { sealedSecrets } from './store/sealed-secrets.ts';
import { integrationsWithSecrets } from './store/secrets.ts';
import { type ProcessTarget, processTarget } from './targets/process/target.ts';
import { httpWebhooks } from './webhooks/send-webhook.ts';

/** Everything that a server or a worker consists of, put together. */

/** The folder of the Node that runs this process. */
const nodeFolder = dirname(process.execPath);

export interface Opening extends Pick<
  EngineOptions,
  'connectionString' | 'isOwnDatabase' | 'reviveDatabase' | 'disks'
> {
  readonly home: Home;
  readonly kind: WorkerKind;
  readonly build: BuildInfo;
  readonly log: Log;
}

/** Database, places and engine, running. */
export async function openWorker({ home, kind, build, log, ...options }: Opening): Promise<{
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
  await migrateForServer(unfenced.db, build.version);
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
    schedules: [
      nightlyPruning(parts),
      nightlyReturnCheck(parts),
      hourlyLook(parts),
      hourlyDocuments(parts, log.logger),
    ],
    background: [documentsOfActs(parts, log.logger)],
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

export interface Log {
  readonly logger: Logger;
  /** What every line passes from now on. */
  readonly redactWith: (redact: (line: string) => string) => void;
}

export function openLogger(): Log {
  let redact = (line: string): string => line;
  // A full disk, or a reader that has left, ends a verb; it must not end a server, because it says something.
  for (const stream of [process.stdout, process.stderr])
    stream.removeAllListeners('error').on('error', () => undefined);
  const logger = pino(
    { level: process.env['DEPLOYER_LOG'] ?? 'info' },
    { write: (line: string) => void process.stdout.write(redact(line)) },
  );
  return { logger, redactWith: (next) => void (redact = next) };
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
    webhooks: httpWebhooks({ version: worker.version }),
  };
  const moving = switcher(places);
  const making = candidates(places);
  return {
    ...places,
    switcher: moving,
    candidates: making,
    sealer: secrets.sealer,
    messages,
    logs: runLogs(database, places.clock),
    work: workInFlight(),
    steps: steps(places, { switcher: moving, candidates: making, files: sources }),
  };
}

function trackingTools(parts: EngineParts, { isShared }: Pick<TrackingTools, 'isShared'>): TrackingTools {
  const asked = { release: null, to: null, note: null, newHistory: false };
  return {
    parts,
    branches: gitBranches((integration) => parts.home.source(integration)),
    readOrder: (order, signal) => shipOrder(parts, { ...order, ...asked }, signal),
    isShared,
  };
}

/** Every stage of work and what it may touch. A new step is a file in `steps/` and a line here. */
function steps(
  places: Places,
  {
    files,
    ...ports
  }: { readonly switcher: Switcher; readonly candidates: Candidates; readonly files: CommitFiles },
): Steps {
  const { artifacts, sources, database, edges } = places;
  const releases = releaseRecords(database);
  const observer = { observe: observeDeployment(places) };
  const parallel = availableParallelism();
  return {
    checkout: checkoutStep({ sources }),
    build: buildStep({ releases, artifacts, parallel, nodeFolder }),
    package: packageStep({ sources, commits: files, releases, artifacts, parallel }),
    setup: setupStep({ nodeFolder }),
    suite: suiteStep({ nodeFolder }),
    performance: performanceStep(),
    residents: residentsStep({ residents: residents(places) }),
    migrate: migrateStep({ sources, migrations: migrationRecords(database), nodeFolder }),
    prepare: prepareStep(ports),
    verify: verifyStep({ observer }),
    checklist: checklistStep({ requirements: requirements(places) }),
    switch: switchStep(ports),
    'rollback-rehearsal': rollbackRehearsalStep({ ...ports, observer }),
    watch: watchStep({ edges }),
  };
}

export function localPlaces(
  home: Home,
  supply?: SupplySecrets,
): LocalPlaces & { readonly artifacts: ArtifactStore; readonly processes: ProcessTarget } {
  const artifacts = openArtifactFolder(home.artifacts);
  return {
    artifacts,
    edges: processEdges({ home: home.root }),
    async edgeProcess(edge) {
      const record = await readEdgeRecord(edgeFolder(home.root, edge));
      return record === null ? null : { pid: record.pid, isRunning: await isRunning(record) };
    },
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

/**
 * From now on no value gets into the log of the server. Without their key the server runs, and goes back, all the same.
 */
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
