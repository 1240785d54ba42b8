import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';

import { gitBranches } from '../../src/artifacts/git-branches.ts';
import { workerId } from '../../src/core/workers/host.ts';
import type { IntegrationDefinition } from '../../src/core/definition/integration.ts';
import { releaseContent } from '../../src/core/releases/release.ts';
import type { Residents } from '../../src/core/residents/change-residents.ts';
import type { StepContext } from '../../src/core/pipeline/step.ts';
import type { Requirements } from '../../src/core/checklist/requirements.ts';
import { passed, type StageOutcome } from '../../src/core/verdicts/verdict.ts';
import { requirements } from '../../src/engine/checklist/requirements.ts';
import { type Engine, startEngine } from '../../src/engine/engine.ts';
import { openMessages } from '../../src/engine/messages.ts';
import type { EngineParts, Places, Steps } from '../../src/engine/parts.ts';
import { residents } from '../../src/engine/residents/change-residents.ts';
import { runLogs } from '../../src/engine/run-logs.ts';
import { candidates } from '../../src/engine/switching/candidates.ts';
import { switcher } from '../../src/engine/switching/switcher.ts';
import { tracking } from '../../src/engine/tracking/tracking.ts';
import { workInFlight } from '../../src/engine/work-in-flight.ts';
import { fenced } from '../../src/engine/workers/lease.ts';
import { homeAt } from '../../src/lib/home.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { checklistStep } from '../../src/steps/checklist.ts';
import { migrateStep } from '../../src/steps/migrate.ts';
import { prepareStep } from '../../src/steps/prepare.ts';
import { residentsStep } from '../../src/steps/residents.ts';
import { switchStep } from '../../src/steps/switch.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrationRecords } from '../../src/store/migration-records.ts';
import { releaseRecords } from '../../src/store/release-records.ts';
import { sealedSecrets } from '../../src/store/sealed-secrets.ts';
import { httpWebhooks } from '../../src/webhooks/send-webhook.ts';
import { type FakePlaces, fakePlaces, type Point } from './fake-places.ts';
import { storedRelease } from './stored-release.ts';

/** The real engine and store, with places that are fakes and steps that a test writes. */
export interface EngineBed extends AsyncDisposable {
  readonly parts: EngineParts;
  readonly engine: Engine;
  readonly places: FakePlaces;
  /** Moves the engine's clock ahead. */
  ahead(ms: number): void;
  /** Commits of an integration as a clone has them, each one after those that it descends from. */
  historyOf(integration: string): string[];
  /** Whether an artifact can be read; all can at first. */
  readonly damaged: Set<string>;
}

export interface BedOptions {
  readonly connectionString: string;
  readonly folder: string;
  /** What a stage of work does, by its name; one that is not named passes. */
  readonly work?: (context: StepContext) => Promise<StageOutcome> | null;
  /** Called before every act of the places and steps. */
  readonly at?: Point;
  readonly isOwnDatabase?: boolean;
}

export async function openEngineBed(options: BedOptions): Promise<EngineBed> {
  const { connectionString, folder } = options;
  const at = options.at ?? (() => undefined);
  const host = { id: '0123456789abcdef', name: 'here', home: folder };
  const worker = { id: workerId(host, randomUUID()), host, kind: 'server', version: '0.0.0' } as const;
  const database = fenced(openDatabase(connectionString), worker.id);
  const messages = await openMessages(connectionString, database.pool);
  const fakes = fakePlaces(join(folder, 'places'), at);
  const damaged = new Set<string>();
  const histories = new Map<string, string[]>();
  const historyOf = (integration: string): string[] => {
    const history = histories.get(integration) ?? [];
    histories.set(integration, history);
    return history;
  };
  let aheadMs = 0;
  const secrets = openSecrets(sealedSecrets(database), {
    keyFile: join(folder, 'secrets', 'key'),
    passphrase: null,
  });
  const places: Places = {
    database,
    home: homeAt(folder),
    worker,
    clock: { now: () => Date.now() + aheadMs },
    steady: { now: () => Date.now() + aheadMs },
    nodeFolder: '/nowhere',
    edges: fakes.edges,
    artifacts: {
      pack: notHere,
      unpack: notHere,
      async verify(digest) {
        if (damaged.has(digest)) throw new Error(`${digest} is damaged`);
      },
    },
    sources: { checkout: notHere, filesAt: notHere, versionOf: notHere },
    commits: {
      facts: notHere,
      spec: notHere,
      has: () => Promise.resolve(false),
      file: () => Promise.resolve(null),
      times: () => Promise.resolve(new Map()),
      isAncestor: notHere,
      isUnrelated: notHere,
      async ancestorsAmong({ integration, commit }, others) {
        const history = historyOf(integration);
        const until = history.slice(0, history.indexOf(commit) + 1);
        return new Set(others.filter((other) => until.includes(other)));
      },
    },
    housekeeping: { sweepArtifacts: notHere, tidySources: notHere },
    targets: { process: fakes.target },
    webhooks: httpWebhooks({ version: '0.0.0' }),
    secrets,
  };
  const moving = switcher(places);
  const making = candidates(places);
  const parts: EngineParts = {
    ...places,
    switcher: moving,
    candidates: making,
    sealer: secrets.sealer,
    messages,
    logs: runLogs(database, places.clock),
    work: workInFlight(),
    steps: stepsOf(options, {
      at,
      moving,
      making,
      keeping: residents(places),
      database,
      required: requirements(places),
    }),
  };
  const logger = pino({ level: process.env['DEPLOYER_LOG'] ?? 'silent' });
  const isOwnDatabase = options.isOwnDatabase ?? true;
  const branches = gitBranches((integration) => parts.home.source(integration));
  const tools = { parts, branches, readOrder: notHere, host: 'here', isShared: false };
  const engine = await startEngine(parts, {
    connectionString,
    isOwnDatabase,
    reviveDatabase: null,
    tracking: tracking(tools, logger),
    logger,
  });
  return {
    parts,
    engine,
    places: fakes,
    historyOf,
    damaged,
    ahead(ms) {
      aheadMs += ms;
    },
    async [Symbol.asyncDispose]() {
      await engine.stop();
      await messages.close();
      await database.close();
    },
  };
}

function stepsOf(
  { work }: BedOptions,
  ports: {
    readonly at: Point;
    readonly moving: EngineParts['switcher'];
    readonly making: EngineParts['candidates'];
    readonly keeping: Residents;
    readonly database: Database;
    readonly required: Requirements;
  },
): Steps {
  const { moving, making, keeping, database, required } = ports;
  const releases = releaseRecords(database);
  const real = {
    residents: residentsStep({ residents: keeping }),
    prepare: prepareStep({ candidates: making }),
    checklist: checklistStep({ requirements: required }),
    switch: switchStep({ switcher: moving }),
    migrate: migrateStep({
      sources: { filesAt: notHere },
      migrations: migrationRecords(database),
      nodeFolder: '/nowhere',
    }),
  };
  const step = (inner: (context: StepContext) => Promise<StageOutcome>) => ({
    run: async (context: StepContext): Promise<StageOutcome> => {
      await ports.at(`stage ${context.stage.name}`, context.stage.environment ?? '');
      const outcome = (await (work?.(context) ?? inner(context))) satisfies StageOutcome;
      await ports.at(`after ${context.stage.name}`, context.stage.environment ?? '');
      return outcome;
    },
  });
  const pass = step(async ({ stage }) => passed(`${stage.name} passed`));
  return {
    checkout: pass,
    build: pass,
    setup: pass,
    suite: pass,
    performance: pass,
    verify: pass,
    checklist: step((context) => real.checklist.run(context)),
    watch: pass,
    'rollback-rehearsal': pass,
    package: step(async ({ definition, run }) => {
      await releases.create(newRelease(definition, run.commit));
      return passed('packaged');
    }),
    residents: step((context) => real.residents.run(context)),
    migrate: step(async (context) => {
      // What `checkout` would have made.
      await mkdir(context.folder, { recursive: true });
      return await real.migrate.run(context);
    }),
    prepare: step((context) => real.prepare.run(context)),
    switch: step((context) => real.switch.run(context)),
  };
}

function newRelease(definition: IntegrationDefinition, commit: string) {
  const { manifest } = storedRelease(definition, commit);
  return { manifest, content: releaseContent(manifest), definition };
}

function notHere(): never {
  throw new Error('nothing of the kind happens here');
}
