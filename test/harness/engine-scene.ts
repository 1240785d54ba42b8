import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type {
  Component,
  IntegrationDefinition,
  Policy,
  Suite,
} from '../../src/core/definition/integration.ts';
import { stableOf } from '../../src/core/switching/route-table.ts';
import type { StepContext } from '../../src/core/pipeline/step.ts';
import type { StageOutcome } from '../../src/core/verdicts/verdict.ts';
import { approve, type Decided, signUat } from '../../src/engine/acts/decide.ts';
import { rollback, type RolledBack } from '../../src/engine/acts/rollback.ts';
import { ship } from '../../src/engine/acts/ship.ts';
import { bindingAt } from '../../src/engine/subjects.ts';
import { runningDeployments } from '../../src/store/deployments.ts';
import { findEnvironment } from '../../src/store/environments.ts';
import { activeHolds } from '../../src/store/holds.ts';
import { findRun, type RunRow } from '../../src/store/runs.ts';
import { stagesOf } from '../../src/store/stages.ts';
import { startTestPostgres } from './database.ts';
import { definitionOf } from './definition.ts';
import { type EngineBed, openEngineBed } from './engine-bed.ts';
import type { Point } from './fake-places.ts';
import { commitOf } from './stored-release.ts';
import { until } from './until.ts';

/** One engine for the tests of a file; every test has an integration of its own in it. */
export interface EngineStage extends AsyncDisposable {
  readonly bed: EngineBed;
  readonly connectionString: string;
  scene(environments: readonly Environment[], components?: readonly Component[]): Scene;
}

export interface Environment {
  readonly name: string;
  readonly policy?: Partial<Policy>;
  /** Variables of every component. */
  readonly env?: Readonly<Record<string, string>>;
}

type Work = (context: StepContext) => Promise<StageOutcome>;

/** An integration with what its stages do, and the acts of its people. */
export interface Scene {
  readonly key: string;
  readonly bed: EngineBed;
  /** What stages do, by name; others pass. */
  readonly work: Map<string, Work>;
  /** Called at every act of the places on behalf of this integration's deployments. */
  ship(own?: {
    readonly commit?: string;
    /** It was there before every other commit, and was never shipped. */
    readonly isOld?: boolean;
    readonly to?: string;
    readonly by?: string;
    readonly branch?: string;
    /** Policies of environments that this commit changes. */
    readonly policies?: Readonly<Record<string, Partial<Policy>>>;
    /** Environments that this commit leaves out. */
    readonly leavesOut?: readonly string[];
    readonly suites?: Readonly<Record<string, Suite>>;
    readonly migrations?: IntegrationDefinition['migrations'];
    readonly nodeVersion?: IntegrationDefinition['nodeVersion'];
  }): Promise<RunRow>;
  approve(run: string, by?: string): Promise<Decided>;
  sign(run: string, verdict: 'pass' | 'fail', by?: string): Promise<Decided>;
  rollback(
    environment: string,
    own?: { readonly to?: string; readonly reason?: string },
  ): Promise<RolledBack>;
  /** Environments in which the release of a run is on hold. */
  holdsOn(run: string): Promise<readonly (string | null)[]>;
  /** The run as soon as it is in this state. */
  untilState(run: string, state: RunRow['state']): Promise<RunRow>;
  untilWaiting(run: string, kind: string): Promise<RunRow>;
  /** `name state` of each stage. */
  stages(run: string): Promise<readonly string[]>;
  stable(environment: string): Promise<string | null>;
  /** What the edge sends users to. */
  served(environment: string): string | null;
  /** `id state` of what is recorded as running, newest first. */
  deployments(): Promise<readonly string[]>;
  holder(environment: string): Promise<string | null>;
}

export async function openEngineStage(at?: Point): Promise<EngineStage> {
  const postgres = await startTestPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'deployer-engine-'));
  const works = new Map<string, Map<string, Work>>();
  const connectionString = await postgres.createDatabase();
  const bed = await openEngineBed({
    connectionString,
    folder,
    work: (context) =>
      works.get(context.run.integration)?.get(`${context.stage.name} ${context.stage.environment}`)?.(
        context,
      ) ??
      works.get(context.run.integration)?.get(context.stage.name)?.(context) ??
      null,
    ...(at === undefined ? {} : { at }),
  });
  let count = 0;
  return {
    bed,
    connectionString,
    scene(environments, components) {
      const key = `t${(count += 1)}`;
      const work = new Map<string, Work>();
      works.set(key, work);
      const definition = definitionOf(key, environments, components);
      const tests = { suites: suitesOf(environments), performance: loadTestOf(environments) };
      return sceneOf(bed, { ...definition, ...tests }, work);
    },
    async [Symbol.asyncDispose]() {
      await bed[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function sceneOf(bed: EngineBed, definition: IntegrationDefinition, work: Map<string, Work>): Scene {
  const { key } = definition;
  const { parts } = bed;
  const { db } = parts.database;
  let commits = 0;

  function newCommit(isOld: boolean): string {
    const commit = commitOf(`abc${(commits += 1)}`);
    if (isOld) bed.historyOf(key).unshift(commit);
    else bed.historyOf(key).push(commit);
    return commit;
  }

  async function shown(run: string): Promise<string> {
    const row = await findRun(db, run);
    const index = (await stagesOf(db, run)).findIndex(({ state }) => state === 'waiting');
    const stage = row.plan.stages[index];
    if (stage === undefined) throw new Error(`${run} waits for nobody`);
    return (await bindingAt({ db, secrets: parts.secrets }, row, stage)).digest;
  }

  return {
    key,
    bed,
    work,
    ship: (own = {}) =>
      ship(parts, {
        definition: {
          ...without(own.leavesOut ?? [], withPolicies(definition, own.policies ?? {})),
          suites: own.suites ?? definition.suites,
          ...(own.migrations === undefined ? {} : { migrations: own.migrations }),
          nodeVersion: own.nodeVersion ?? null,
        },
        commit: own.commit ?? newCommit(own.isOld ?? false),
        authors: ['author@example.com'],
        branch: own.branch ?? null,
        to: own.to ?? null,
        note: null,
        env: { PATH: '/usr/bin' },
        by: { identity: own.by ?? 'requester@example.com', proven: false },
      }),
    approve: async (run, by = 'ops@example.com') =>
      approve(parts, {
        run,
        by: { identity: by, proven: false },
        binding: await shown(run),
        reason: null,
      }),
    sign: async (run, verdict, by = 'qa@example.com') =>
      signUat(parts, {
        run,
        by: { identity: by, proven: false },
        binding: await shown(run),
        verdict,
        scenarios: {},
        note: null,
      }),
    rollback: (environment, own = {}) =>
      rollback(
        { parts, start: bed.engine.startRollback },
        {
          integration: key,
          environment,
          to: own.to ?? null,
          reason: own.reason ?? null,
          by: { identity: 'ops@example.com', proven: false },
        },
        AbortSignal.timeout(60_000),
      ),
    holdsOn: async (run) => {
      const { release } = await findRun(db, run);
      const holds = await activeHolds(db, key);
      return holds.filter((hold) => hold.release === release).map(({ environment }) => environment);
    },
    untilState: (run, state) =>
      until(`${run} to be ${state}`, async () => {
        const row = await findRun(db, run);
        if (row.ended_at !== null && row.state !== state)
          throw new Error(`${run} is ${row.state}: ${row.reason}`);
        return row.state === state ? row : null;
      }),
    untilWaiting: (run, kind) =>
      until(`${run} to wait for ${kind}`, async () => {
        const row = await findRun(db, run);
        if (row.ended_at !== null) throw new Error(`${run} is ${row.state}: ${row.reason}`);
        return row.waiting?.kind === kind ? row : null;
      }),
    stages: async (run) => (await stagesOf(db, run)).map(({ name, state }) => `${name} ${state}`),
    stable: async (environment) => stableOf((await findEnvironment(db, key, environment)).routes),
    served: (environment) => {
      const routes = bed.places.edgeOf({ integration: key, environment });
      return routes === null ? null : stableOf(routes.table);
    },
    deployments: async () => (await runningDeployments(db, key)).map(({ id, state }) => `${id} ${state}`),
    holder: async (environment) => (await findEnvironment(db, key, environment)).holder,
  };
}

/** A suite for each gate of the environments that is one. */
function suitesOf(environments: readonly Environment[]): Readonly<Record<string, Suite>> {
  const builtIn = new Set(['uat', 'performance', 'rollback-rehearsal']);
  const gates = environments
    .flatMap(({ policy }) => policy?.gates ?? [])
    .filter((gate) => !builtIn.has(gate));
  const suite = { run: 'true', report: null, writes: false, timeoutMs: 1000, env: {} };
  return Object.fromEntries(gates.map((name) => [name, { ...suite, name }]));
}

/** What a gate `performance` needs of a definition; nothing is ever loaded here. */
function loadTestOf(environments: readonly Environment[]): IntegrationDefinition['performance'] {
  if (!environments.some(({ policy }) => policy?.gates?.includes('performance'))) return null;
  return {
    load: { path: '/', body: null, rate: 1, durationSeconds: 1, timeoutMs: 1000 },
    limits: { p95Ms: 100, errorRate: null, p95VsStable: null },
  };
}

function without(names: readonly string[], definition: IntegrationDefinition): IntegrationDefinition {
  const environments = definition.environments.filter(({ name }) => !names.includes(name));
  return { ...definition, environments };
}

/** The definition of a commit that changes what its environments say about policy. */
function withPolicies(
  definition: IntegrationDefinition,
  policies: Readonly<Record<string, Partial<Policy>>>,
): IntegrationDefinition {
  return {
    ...definition,
    environments: definition.environments.map((environment) => ({
      ...environment,
      policy: { ...environment.policy, ...policies[environment.name] },
    })),
  };
}
