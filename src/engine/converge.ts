import type { Logger } from 'pino';

import { type EnvironmentFacts, remedies, type Remedy } from '../core/convergence.ts';
import { occupiesPlace } from '../core/deployment.ts';
import { drainDeadlineMs } from '../core/durations.ts';
import type { EdgeRef } from '../core/edge.ts';
import { stableOf } from '../core/route-table.ts';
import type { Observation } from '../core/target.ts';
import { pause } from '../lib/pause.ts';
import { isConnectionLost } from '../store/connection-lost.ts';
import {
  changeState,
  type DeploymentRow,
  findDeployment,
  newestDeployment,
  runningDeployments,
} from '../store/deployments.ts';
import { configurationByDigest } from '../store/digested.ts';
import {
  allEnvironments,
  type EnvironmentRow,
  findEnvironment,
  lockEnvironment,
} from '../store/environments.ts';
import { openRuns } from '../store/runs.ts';
import { closePreview, discardDeployment, targetOfDeployment } from './candidates.ts';
import { edgeInForce } from './edge-of-environment.ts';
import type { EngineParts } from './parts.ts';
import { pushRoutes } from './routes.ts';
import { hasWorkerComponents, workerNames } from './switcher.ts';

/** What is wrong with environments right now, for people. */
export interface Convergence {
  /** Looks at every environment once and mends what it finds. True when nothing changes anywhere and nothing is wrong. */
  runOnce(signal: AbortSignal): Promise<boolean>;
  /** Sentences about an environment; empty when it is as decided. */
  trouble(integration: string, environment: string): readonly string[];
}

const lookDeadlineMs = 10_000;
const mendDeadlineMs = 5 * 60_000;
/** Repairs may take minutes: the next round looks at the other environments meanwhile. */
const roundMs = 2000;

export function convergence(parts: EngineParts, logger: Logger): Convergence {
  const troubles = new Map<string, readonly string[]>();
  const mending = new Map<string, Promise<void>>();
  const keyOf = ({ integration, environment }: EdgeRef): string => `${integration}/${environment}`;

  /** One repair after another, each decided on what is seen then; one that fails is tried again in the next round. */
  async function converge(ref: EdgeRef, signal: AbortSignal): Promise<void> {
    const key = keyOf(ref);
    const tried = new Map<string, string | null>();
    for (;;) {
      const facts = await look(parts, ref, AbortSignal.any([signal, AbortSignal.timeout(lookDeadlineMs)]));
      const todo = remedies(facts);
      const failures = [...tried.values()].flatMap((failure) => failure ?? []);
      troubles.set(key, [...facts.deployments.flatMap(describe), ...todo.flatMap(troubleOf), ...failures]);
      const remedy = todo.find((each) => !tried.has(JSON.stringify(each)));
      if (remedy === undefined) return;
      logger.info({ environment: key, remedy }, 'mending an environment');
      const failure = await failureOf(
        mend(parts, ref, remedy, AbortSignal.any([signal, AbortSignal.timeout(mendDeadlineMs)])),
      );
      signal.throwIfAborted();
      if (failure !== null) logger.warn({ environment: key, remedy, failure }, 'a repair failed');
      tried.set(JSON.stringify(remedy), failure);
    }
  }

  return {
    async runOnce(signal) {
      const environments = await allEnvironments(parts.database.db);
      for (const { integration, name } of environments) {
        const ref = { integration, environment: name };
        const key = keyOf(ref);
        if (mending.has(key)) continue;
        const work = converge(ref, signal)
          .catch((error: unknown) => {
            const message = messageOf(error);
            troubles.set(key, [message]);
            if (!signal.aborted)
              logger.warn({ environment: key, message }, 'an environment was not looked at');
          })
          .finally(() => mending.delete(key));
        mending.set(key, work);
      }
      await withinRound(Promise.all(mending.values()), signal);
      const isAsDecided = [...troubles.values()].every((sentences) => sentences.length === 0);
      return isAsDecided && mending.size === 0 && environments.every(({ holder }) => holder === null);
    },
    trouble: (integration, environment) => troubles.get(keyOf({ integration, environment })) ?? [],
  };
}

/** Resolves when `work` has, or the round is over, or nobody wants to know any more. */
async function withinRound(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const timer = pause(roundMs, AbortSignal.any([signal, over.signal])).catch(() => null);
  await Promise.race([work, timer]);
  over.abort();
}

async function failureOf(work: Promise<void>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function look(parts: EngineParts, ref: EdgeRef, signal: AbortSignal): Promise<EnvironmentFacts> {
  const { db } = parts.database;
  const environment = await findEnvironment(db, ref.integration, ref.environment);
  const rows = await runningDeployments(db, ref.integration, ref.environment);
  const edge = await parts.edges.observe(ref, signal);
  const deployments = await Promise.all(
    rows.map(async (row) => {
      const observation = await observed(parts, row, edge?.backends[row.id] ?? [], signal);
      return {
        deployment: row.id,
        state: row.state,
        stateAtMs: row.state_at.getTime(),
        warmUntilMs: row.warm_until?.getTime() ?? null,
        hasWorkers: hasWorkerComponents(row),
        hasRunningWorkers: hasRunningWorkers(row, observation),
        drainDeadlineMs,
        observation,
      };
    }),
  );
  const active = Object.entries(edge?.deployments ?? {}).map(([id, totals]) => [id, totals.active] as const);
  return {
    table: environment.routes,
    edge:
      edge === null
        ? null
        : { generation: edge.generation, backends: edge.backends, active: Object.fromEntries(active) },
    isChanging: environment.holder !== null,
    needed: await neededDeployments(parts, environment, rows),
    deployments,
    nowMs: parts.clock.now(),
  };
}

/** One that cannot be seen is left as it is, and does not keep the others from being looked after. */
async function observed(
  parts: EngineParts,
  row: DeploymentRow,
  knownEndpoints: readonly string[],
  signal: AbortSignal,
): Promise<Observation> {
  try {
    return await (await targetOfDeployment(parts, row)).observe(row.preparation, signal);
  } catch (error) {
    if (signal.aborted || isConnectionLost(error)) throw error;
    const reason = messageOf(error);
    return { state: 'degraded', reason, components: [], endpoints: knownEndpoints, workersActive: null };
  }
}

/** Of what cannot be seen, it is not known that they have ended. */
function hasRunningWorkers(row: DeploymentRow, { state, components }: Observation): boolean {
  if (!hasWorkerComponents(row) || state === 'absent') return false;
  if (components.length === 0) return true;
  const workers = new Set(workerNames(row));
  return components.some(
    ({ name, replicas }) => workers.has(name) && replicas.some(({ pid }) => pid !== null),
  );
}

/** While a run is open, its deployment and what that replaced are kept: a UAT may still send users back. */
async function neededDeployments(
  parts: EngineParts,
  environment: EnvironmentRow,
  rows: readonly DeploymentRow[],
): Promise<ReadonlySet<string>> {
  const open = new Set((await openRuns(parts.database.db, environment.integration)).map(({ id }) => id));
  const judged = rows.filter(({ run, state }) => run !== null && open.has(run) && state !== 'draining');
  const stable = stableOf(environment.routes);
  return new Set([
    ...judged.flatMap(({ id, replaces }) => (replaces === null ? [id] : [id, replaces])),
    ...(stable === null ? [] : [stable]),
  ]);
}

async function mend(parts: EngineParts, ref: EdgeRef, remedy: Remedy, signal: AbortSignal): Promise<void> {
  if (remedy.kind === 'start-edge') return await startEdge(parts, ref);
  if (remedy.kind === 'push-routes') return await pushRoutes(parts, ref, signal);
  const row = await findDeployment(parts.database.db, ref.integration, remedy.deployment);
  // What was seen a moment ago may be decided otherwise by now: then the next look finds what is right.
  switch (remedy.kind) {
    case 'restore':
      if (!occupiesPlace(row.state) || row.state === 'draining') return;
      return await (await targetOfDeployment(parts, row)).prepare(row.preparation, signal);
    case 'start-workers':
    case 'stop-workers': {
      const { holder, routes } = await findEnvironment(parts.database.db, ref.integration, ref.environment);
      const shouldWork = stableOf(routes) === row.id;
      if (holder !== null || shouldWork !== (remedy.kind === 'start-workers')) return;
      const target = await targetOfDeployment(parts, row);
      return await (shouldWork
        ? target.startWorkers(row.preparation, signal)
        : target.stopWorkers(row.preparation, signal));
    }
    case 'drain':
      if (!(await drainUnlessWanted(parts, row))) return;
      return await closePreview(parts, row, signal);
    case 'retire':
      if (row.state !== 'draining') return;
      return await retire(parts, row, signal);
    case 'discard':
      if (row.state !== 'preparing' && row.state !== 'ready') return;
      return await discardDeployment(parts, row, row.reason ?? 'its run has ended', signal);
  }
}

/** A rollback may have returned to it since it was looked at. */
async function drainUnlessWanted(parts: EngineParts, row: DeploymentRow): Promise<boolean> {
  return await parts.database.transaction(async ({ db }) => {
    const environment = await lockEnvironment(db, row.integration, row.environment);
    const now = await findDeployment(db, row.integration, row.id);
    const isWanted = environment.holder !== null || stableOf(environment.routes) === row.id;
    if (isWanted || now.state !== 'warm') return false;
    await changeState(db, now, { state: 'draining' });
    return true;
  });
}

async function startEdge(parts: EngineParts, ref: EdgeRef): Promise<void> {
  const newest = await newestDeployment(parts.database.db, ref.integration, ref.environment);
  if (newest === null) return;
  const { edge } = await configurationByDigest(parts.database.db, newest.configuration);
  await edgeInForce(parts, ref, edge);
}

async function retire(parts: EngineParts, row: DeploymentRow, signal: AbortSignal): Promise<void> {
  await closePreview(parts, row, signal);
  await (await targetOfDeployment(parts, row)).retire(row.preparation, signal);
  await parts.database.transaction(({ db }) =>
    changeState(db, row, { state: 'retired', reason: row.reason }),
  );
}

function describe({
  deployment,
  state,
  observation,
}: EnvironmentFacts['deployments'][number]): readonly string[] {
  const shouldServe = state === 'live' || state === 'warm';
  return shouldServe && observation.state !== 'ready' && observation.reason !== null
    ? [`${deployment}: ${observation.reason}`]
    : [];
}

function troubleOf(remedy: Remedy): readonly string[] {
  switch (remedy.kind) {
    case 'start-edge':
      return ['the edge does not run; it is being started'];
    case 'push-routes':
      return ['the edge is behind the decided routes; it is being told'];
    case 'restore':
      return [`${remedy.deployment} has vanished; it is being started again`];
    case 'start-workers':
    case 'stop-workers':
      return [`the workers of ${remedy.deployment} are being handed over`];
    case 'drain':
    case 'retire':
    case 'discard':
      return [];
  }
}
