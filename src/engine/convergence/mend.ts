import type { Remedy } from '../../core/convergence/convergence.ts';
import { occupiesPlace } from '../../core/switching/deployment.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { reach } from '../../lib/named-point.ts';
import { changeState, type DeploymentRow, findDeployment } from '../../store/deployments.ts';
import { findEnvironment, lockEnvironment } from '../../store/environments.ts';
import type { EngineParts } from '../parts.ts';
import { closePreview, discardDeployment, targetOfDeployment } from '../switching/deployment-life.ts';
import { restartedEdge } from '../switching/edge-of-environment.ts';
import { pushRoutes } from '../switching/routes.ts';
import { mendResident } from './mend-resident.ts';
import { overtake, retireUnknown, settle } from './settle-restored.ts';

/** Carries out a remedy, unless it is not right any more. */
export async function mend(
  parts: EngineParts,
  ref: EdgeRef,
  remedy: Remedy,
  signal: AbortSignal,
): Promise<void> {
  if ('component' in remedy) return await mendResident(parts, ref, remedy, signal);
  if (remedy.kind === 'start-edge') return await restartedEdge(parts, ref);
  if (remedy.kind === 'replace-edge') {
    await parts.edges.stop(ref, signal);
    return await restartedEdge(parts, ref);
  }
  if (remedy.kind === 'push-routes') return await pushRoutes(parts, ref, signal);
  if (remedy.kind === 'overtake') return await overtake(parts, ref, remedy.generation, signal);
  if (remedy.kind === 'settle') return await settle(parts, ref, signal);
  if (remedy.kind === 'retire-unknown') return await retireUnknown(parts, ref, remedy.deployment, signal);
  const row = await findDeployment(parts.database.db, ref.integration, remedy.deployment);
  // What was seen a moment ago may be decided otherwise by now: then the next look finds what is right.
  switch (remedy.kind) {
    case 'restore':
      if (!occupiesPlace(row.state) || row.state === 'draining') return;
      return await restore(parts, row, signal);
    case 'restart': {
      if (row.state !== 'live' && row.state !== 'warm') return;
      const target = await targetOfDeployment(parts, row);
      await target.retire(row.preparation, signal);
      return await target.prepare(row.preparation, signal);
    }
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
      await reach('retirement: draining');
      return await closePreview(parts, row, signal);
    case 'retire':
      if (row.state !== 'draining') return;
      return await retire(parts, row, signal);
    case 'discard':
      if (row.state !== 'preparing' && row.state !== 'ready') return;
      return await discardDeployment(parts, row, row.reason ?? 'its run has ended', signal);
  }
}

/**
 * What was killed before its workers could be told to end would start with them again, beside those of what is stable
 * now. When it becomes stable itself meanwhile, whoever makes it so starts them, or convergence does.
 */
async function restore(parts: EngineParts, row: DeploymentRow, signal: AbortSignal): Promise<void> {
  const target = await targetOfDeployment(parts, row);
  const { routes } = await findEnvironment(parts.database.db, row.integration, row.environment);
  if (stableOf(routes) !== row.id) await target.stopWorkers(row.preparation, signal);
  await target.prepare(row.preparation, signal);
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

async function retire(parts: EngineParts, row: DeploymentRow, signal: AbortSignal): Promise<void> {
  await closePreview(parts, row, signal);
  await (await targetOfDeployment(parts, row)).retire(row.preparation, signal);
  await reach('retirement: processes ended');
  await parts.database.transaction(({ db }) =>
    changeState(db, row, { state: 'retired', reason: row.reason }),
  );
}
