import type { Logger } from 'pino';

import { type EnvironmentFacts, remedies, type Remedy } from '../core/convergence.ts';
import { drainDeadlineMs } from '../core/durations.ts';
import { stableOf } from '../core/route-table.ts';
import {
  changeState,
  type DeploymentRow,
  findDeployment,
  newestDeployment,
  runningDeployments,
} from '../store/deployments.ts';
import { configurationByDigest } from '../store/digested.ts';
import { allEnvironments, type EnvironmentRow } from '../store/environments.ts';
import { openRuns } from '../store/runs.ts';
import { closePreview, targetOfDeployment } from './candidates.ts';
import { edgeInForce } from './edge-of-environment.ts';
import type { EngineParts } from './parts.ts';
import { pushRoutes } from './routes.ts';
import { hasWorkerComponents } from './switcher.ts';

/** What is wrong with environments right now, for people. */
export interface Convergence {
  /** Looks at every environment once and mends what it finds. True when nothing changes anywhere and nothing is wrong. */
  runOnce(signal: AbortSignal): Promise<boolean>;
  /** Sentences about an environment; empty when it is as decided. */
  trouble(integration: string, environment: string): readonly string[];
}

const lookDeadlineMs = 10_000;
const mendDeadlineMs = 5 * 60_000;

export function convergence(parts: EngineParts, logger: Logger): Convergence {
  const troubles = new Map<string, readonly string[]>();
  const mending = new Map<string, Promise<void>>();
  const keyOf = (integration: string, name: string): string => `${integration}/${name}`;

  async function converge(environment: EnvironmentRow, signal: AbortSignal): Promise<void> {
    const key = keyOf(environment.integration, environment.name);
    const facts = await look(
      parts,
      environment,
      AbortSignal.any([signal, AbortSignal.timeout(lookDeadlineMs)]),
    );
    const todo = remedies(facts);
    troubles.set(key, [...facts.deployments.flatMap(describe), ...todo.flatMap(troubleOf)]);
    for (const remedy of todo) {
      logger.info({ environment: key, remedy }, 'mending an environment');
      await mend(parts, environment, remedy, AbortSignal.any([signal, AbortSignal.timeout(mendDeadlineMs)]));
    }
  }

  return {
    async runOnce(signal) {
      const environments = await allEnvironments(parts.database.db);
      for (const environment of environments) {
        const key = keyOf(environment.integration, environment.name);
        // Restoring a deployment may take minutes; the other environments do not wait for it.
        if (mending.has(key)) continue;
        const work = converge(environment, signal)
          .catch((error: unknown) => {
            const message = error instanceof Error ? error.message : String(error);
            troubles.set(key, [message]);
            if (!signal.aborted)
              logger.warn({ environment: key, message }, 'an environment could not be mended');
          })
          .finally(() => mending.delete(key));
        mending.set(key, work);
      }
      await Promise.race([Promise.all(mending.values()), aborted(signal)]);
      const isAsDecided = [...troubles.values()].every((sentences) => sentences.length === 0);
      return isAsDecided && mending.size === 0 && environments.every(({ holder }) => holder === null);
    },
    trouble: (integration, environment) => troubles.get(keyOf(integration, environment)) ?? [],
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function look(
  parts: EngineParts,
  environment: EnvironmentRow,
  signal: AbortSignal,
): Promise<EnvironmentFacts> {
  const { integration, name } = environment;
  const rows = await runningDeployments(parts.database.db, integration, name);
  const edge = await parts.edges.observe({ integration, environment: name }, signal);
  const deployments = await Promise.all(
    rows.map(async (row) => ({
      deployment: row.id,
      state: row.state,
      stateAtMs: row.state_at.getTime(),
      warmUntilMs: row.warm_until?.getTime() ?? null,
      hasWorkers: hasWorkerComponents(row),
      drainDeadlineMs,
      observation: await (await targetOfDeployment(parts, row)).observe(row.preparation, signal),
    })),
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

async function mend(
  parts: EngineParts,
  environment: EnvironmentRow,
  remedy: Remedy,
  signal: AbortSignal,
): Promise<void> {
  const { integration, name } = environment;
  const find = (id: string): Promise<DeploymentRow> => findDeployment(parts.database.db, integration, id);
  switch (remedy.kind) {
    case 'start-edge':
      return await startEdge(parts, environment);
    case 'push-routes':
      await pushRoutes(parts, { integration, environment: name }, signal);
      return;
    case 'restore': {
      const row = await find(remedy.deployment);
      return await (await targetOfDeployment(parts, row)).prepare(row.preparation, signal);
    }
    case 'start-workers': {
      const row = await find(remedy.deployment);
      return await (await targetOfDeployment(parts, row)).startWorkers(row.preparation, signal);
    }
    case 'stop-workers': {
      const row = await find(remedy.deployment);
      return await (await targetOfDeployment(parts, row)).stopWorkers(row.preparation, signal);
    }
    case 'drain': {
      const row = await find(remedy.deployment);
      await parts.database.transaction(({ db }) => changeState(db, row, { state: 'draining' }));
      return await closePreview(parts, row, signal);
    }
    case 'retire':
      return await retire(parts, await find(remedy.deployment), signal);
  }
}

async function startEdge(parts: EngineParts, { integration, name }: EnvironmentRow): Promise<void> {
  const newest = await newestDeployment(parts.database.db, integration, name);
  if (newest === null) return;
  const { edge } = await configurationByDigest(parts.database.db, newest.configuration);
  await edgeInForce(parts, { integration, environment: name }, edge);
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
      return [];
  }
}
