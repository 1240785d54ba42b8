import type { EdgeRef } from '../../core/switching/edge.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import { deploymentIds } from '../../store/deployments.ts';
import { lockEnvironment, overtakeRoutes, settleEnvironment } from '../../store/environments.ts';
import type { EngineParts } from '../parts.ts';
import { residentsInOrder } from '../residents/resident-records.ts';
import { residentTarget } from '../residents/resident-target.ts';
import { whileAlone } from '../residents/residents-lock.ts';
import { pushRoutes } from '../switching/routes.ts';

/** Repairs that only a restored backup asks for. Each is left out when it is not right any more. */

/**
 * The restored table gets a generation that the edge takes. Under the lock of the environment no record is behind an
 * edge, unless the record is of a backup: everybody else writes it before the edge is told.
 */
export async function overtake(
  parts: EngineParts,
  ref: EdgeRef,
  generation: number,
  signal: AbortSignal,
): Promise<void> {
  const seen = await parts.edges.observe(ref, signal);
  const isDone = await parts.database.transaction(async ({ db }) => {
    const environment = await lockEnvironment(db, ref.integration, ref.environment);
    const { restored, holder, routes } = environment;
    const isBehind =
      seen !== null && environment.generation < seen.generation && seen.generation <= generation;
    if (restored === null || holder !== null || !isBehind) return false;
    await overtakeRoutes(db, environment, generation);
    await writeAudit(db, {
      integration: ref.integration,
      actor: deployerItself,
      action: 'overtake',
      subject: ref.environment,
      detail: {
        reason: `a backup of ${restored.backupAt} was restored by ${restored.by}`,
        newerGeneration: seen.generation,
        newerStable: stableOf(seen.table),
        stable: stableOf(routes),
        generation,
      },
    });
    return generation > seen.generation;
  });
  if (isDone) await pushRoutes(parts, ref, signal);
}

/** Ends what runs here without a record. */
export async function retireUnknown(
  parts: EngineParts,
  ref: EdgeRef,
  deployment: string,
  signal: AbortSignal,
): Promise<void> {
  const { db } = parts.database;
  if ((await deploymentIds(db, ref.integration, ref.environment)).has(deployment)) return;
  await parts.targets.process?.retire({ ...ref, deployment }, signal);
  await writeAudit(db, {
    integration: ref.integration,
    actor: deployerItself,
    action: 'retire unknown',
    subject: deployment,
    detail: { environment: ref.environment },
  });
}

/** Residents that were changed after the backup become what it says, with the data that they have now. */
export async function settle(parts: EngineParts, ref: EdgeRef, signal: AbortSignal): Promise<void> {
  await whileAlone(parts, ref, signal, async (whileLocked) => {
    for (const { current, next } of await residentsInOrder(parts.database.db, ref))
      if (current !== null && next === null) await residentTarget(parts).prepare(current, whileLocked);
  });
  await settleEnvironment(parts.database.db, ref.integration, ref.environment);
}
