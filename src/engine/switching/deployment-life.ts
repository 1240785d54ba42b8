import { type DeploymentState, occupiesPlace } from '../../core/switching/deployment.ts';
import type { EnvironmentDefinition } from '../../core/definition/integration.ts';
import { routedDeployments, withoutPreview, withPreview } from '../../core/switching/route-table.ts';
import type { Target } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';
import { reach } from '../../lib/named-point.ts';
import { changeState, type DeploymentRow, findDeployment, setPreviewPort } from '../../store/deployments.ts';
import { configurationByDigest } from '../../store/digested.ts';
import { findEnvironment, lockEnvironment, saveRoutes } from '../../store/environments.ts';
import type { Places } from '../parts.ts';
import { edgeInForce } from './edge-of-environment.ts';
import { pushRoutes } from './routes.ts';

/** A recorded deployment at its place: brought up, seen, ended. */

/** Starts a recorded deployment until it is ready, and opens its preview. */
export async function bringUp(
  places: Places,
  row: DeploymentRow,
  signal: AbortSignal,
): Promise<DeploymentRow> {
  const target = await targetOfDeployment(places, row);
  await target.prepare(row.preparation, signal);
  await reach('candidate: up');
  const { edge } = await configurationByDigest(places.database.db, row.configuration);
  await edgeInForce(places, row, edge);
  if (row.preview_port === null) {
    const port = await places.edges.freePort('edge', signal);
    await places.database.transaction(async ({ db }) => {
      const environment = await lockEnvironment(db, row.integration, row.environment);
      await saveRoutes(db, environment, withPreview(environment.routes, row.id, port));
      await setPreviewPort(db, row, port);
    });
    await reach('candidate: preview decided');
  }
  await pushRoutes(places, row, signal);
  await reach('candidate: preview told');
  if (row.state === 'preparing') {
    await places.database.transaction(({ db }) => changeState(db, row, { state: 'ready' }));
  }
  return await findDeployment(places.database.db, row.integration, row.id);
}

/**
 * Ends a deployment that takes no traffic and never did, or no longer may: its preview closes, its processes end. One
 * that had traffic is draining from the first moment, so that nobody takes its end for a loss and restores it.
 */
export async function discardDeployment(
  places: Places,
  row: DeploymentRow,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const { state } = await findDeployment(places.database.db, row.integration, row.id);
  if (!occupiesPlace(state) || (await isServedSinceBackup(places, row, signal))) return;
  const hadTraffic = state !== 'preparing' && state !== 'ready';
  const become = (next: DeploymentState): Promise<void> =>
    places.database.transaction(({ db }) => changeState(db, row, { state: next, reason }));
  if (hadTraffic) await become('draining');
  await closePreview(places, row, signal);
  const target = await targetOfDeployment(places, row);
  await target.retire(row.preparation, signal);
  await become(hadTraffic ? 'retired' : 'failed');
}

/** It took users after the backup that was restored: convergence discards it once they have been moved away. */
async function isServedSinceBackup(
  { database, edges }: Places,
  row: DeploymentRow,
  signal: AbortSignal,
): Promise<boolean> {
  const { restored, generation } = await findEnvironment(database.db, row.integration, row.environment);
  if (restored === null) return false;
  const { integration, environment } = row;
  const edge = await edges.observe({ integration, environment }, signal);
  return edge !== null && edge.generation > generation && routedDeployments(edge.table).has(row.id);
}

export async function closePreview(places: Places, row: DeploymentRow, signal: AbortSignal): Promise<void> {
  const hadPreview = await places.database.transaction(async ({ db }) => {
    const environment = await lockEnvironment(db, row.integration, row.environment);
    if (environment.routes.previews[row.id] === undefined) return false;
    await saveRoutes(db, environment, withoutPreview(environment.routes, row.id));
    await setPreviewPort(db, row, null);
    return true;
  });
  if (hadPreview) await pushRoutes(places, row, signal);
}

/** What is seen of a recorded deployment at its place. */
export function observeDeployment(places: Places): Target['observe'] {
  return async (deployment, signal) => {
    const row = await findDeployment(places.database.db, deployment.integration, deployment.deployment);
    return await (await targetOfDeployment(places, row)).observe(deployment, signal);
  };
}

/** The target on which a recorded deployment runs. */
export async function targetOfDeployment(places: Places, row: DeploymentRow): Promise<Target> {
  const { target } = await configurationByDigest(places.database.db, row.configuration);
  return targetOf(places, target);
}

function targetOf(places: Pick<Places, 'targets'>, kind: EnvironmentDefinition['target']): Target {
  const target = places.targets[kind];
  if (target !== undefined) return target;
  throw new DeployerError('not_built', {
    message: `This version does not deploy to ${kind} yet.`,
    hint: 'Use `target: process`.',
  });
}
