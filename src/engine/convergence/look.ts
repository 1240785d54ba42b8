import type { EnvironmentFacts } from '../../core/convergence/convergence.ts';
import { drainDeadlineMs } from '../../core/pipeline/durations.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import { neededResidents } from '../../core/residents/resident.ts';
import { unknownDeployments } from '../../core/convergence/restored.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { Observation } from '../../core/places/target.ts';
import { folderNames } from '../../lib/folder-names.ts';
import { deploymentIds, type DeploymentRow, runningDeployments } from '../../store/deployments.ts';
import { type EnvironmentRow, findEnvironment } from '../../store/environments.ts';
import { openRuns } from '../../store/runs.ts';
import type { EngineParts } from '../parts.ts';
import { targetOfDeployment } from '../switching/deployment-life.ts';
import { hasWorkerComponents, workerNames } from '../switching/switcher.ts';
import { lookAtResidents } from './look-residents.ts';
import { observed } from './observed.ts';

/** What is decided about an environment, and what is seen of it. */
export async function look(parts: EngineParts, ref: EdgeRef, signal: AbortSignal): Promise<EnvironmentFacts> {
  const { db } = parts.database;
  const environment = await findEnvironment(db, ref.integration, ref.environment);
  const rows = await runningDeployments(db, ref.integration, ref.environment);
  const edge = await parts.edges.observe(ref, signal);
  const deployments = await Promise.all(
    rows.map(async (row) => {
      const observation = await observed(
        async () => (await targetOfDeployment(parts, row)).observe(row.preparation, signal),
        edge?.backends[row.id] ?? [],
        signal,
      );
      return {
        deployment: row.id,
        state: row.state,
        stateAtMs: row.state_at.getTime(),
        warmUntilMs: row.warm_until?.getTime() ?? null,
        hasWorkers: hasWorkerComponents(row),
        hasRunningWorkers: hasRunningWorkers(row, observation),
        drainDeadlineMs,
        needs: neededResidents(row.preparation),
        observation,
      };
    }),
  );
  const residents = await lookAtResidents(parts, ref, signal);
  const active = Object.entries(edge?.deployments ?? {}).map(([id, totals]) => [id, totals.active] as const);
  return {
    table: environment.routes,
    edge:
      edge === null
        ? null
        : {
            generation: edge.generation,
            table: edge.table,
            backends: edge.backends,
            active: Object.fromEntries(active),
            isOutdated: edge.isOutdated,
          },
    holder: environment.holder,
    needed: await neededDeployments(parts, environment, rows),
    deployments,
    residents,
    restored: environment.restored,
    unknown: environment.restored === null ? [] : await strangersIn(parts, ref, signal),
    nowMs: parts.steady.now(),
  };
}

/** What runs at the place of an environment and stands in no record: it was made after the backup that was restored. */
async function strangersIn(
  { database, home, targets }: EngineParts,
  ref: EdgeRef,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const folders = await folderNames(home.deployments(ref.integration, ref.environment));
  const known = await deploymentIds(database.db, ref.integration, ref.environment);
  const strangers = unknownDeployments(ref.environment, folders, known);
  const seen = await Promise.all(
    strangers.map(async (deployment) => {
      const observation = await targets.process?.observe({ ...ref, deployment }, signal);
      return observation === undefined || observation.state === 'absent' ? [] : [deployment];
    }),
  );
  return seen.flat();
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
