import type { EdgeRef } from '../../core/switching/edge.ts';
import { neededResidents, residentId } from '../../core/residents/resident.ts';
import type { ResidentFacts } from '../../core/residents/resident-remedies.ts';
import type { EngineParts } from '../parts.ts';
import { residentsInOrder } from '../residents/resident-records.ts';
import { residentTarget } from '../residents/resident-target.ts';
import { observed } from './observed.ts';

/**
 * The residents of an environment, as decided and as seen; what others need comes first. `within` ends the look at
 * each of them, `signal` all of it.
 */
export async function lookAtResidents(
  parts: Pick<EngineParts, 'database' | 'targets'>,
  ref: EdgeRef,
  signal: AbortSignal,
  within: AbortSignal = signal,
): Promise<readonly ResidentFacts[]> {
  const rows = await residentsInOrder(parts.database.db, ref);
  return await Promise.all(
    rows.map(async ({ component, current, next_run: changedBy }) => {
      const needs = current === null ? [] : neededResidents(current);
      const deployment = residentId(ref.environment, component);
      const observe = () => residentTarget(parts).observe({ ...ref, deployment }, within);
      const observation = await observed(observe, [], signal);
      return { component, deployment, isDecided: current !== null, changedBy, needs, observation };
    }),
  );
}
