import type { EdgeRef } from '../../core/edge.ts';
import { residentId } from '../../core/resident.ts';
import type { ResidentFacts } from '../../core/resident-remedies.ts';
import type { Observation } from '../../core/target.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import type { EngineParts } from '../parts.ts';
import { residentsInOrder, residentTarget } from '../residents/resident-life.ts';
import { messageOf } from './trouble.ts';

/** The residents of an environment, as decided and as seen; what others need comes first. */
export async function lookAtResidents(
  parts: Pick<EngineParts, 'database' | 'targets'>,
  ref: EdgeRef,
  signal: AbortSignal,
): Promise<readonly ResidentFacts[]> {
  const rows = await residentsInOrder(parts.database.db, ref);
  return await Promise.all(
    rows.map(async ({ component, current, next_run: changedBy }) => {
      const deployment = residentId(ref.environment, component);
      const observation = await seen(parts, { ...ref, deployment }, signal);
      return { component, deployment, isDecided: current !== null, changedBy, observation };
    }),
  );
}

/** One that cannot be seen is left as it is, and does not keep the others from being looked after. */
async function seen(
  parts: Pick<EngineParts, 'targets'>,
  ref: EdgeRef & { readonly deployment: string },
  signal: AbortSignal,
): Promise<Observation> {
  try {
    return await residentTarget(parts).observe(ref, signal);
  } catch (error) {
    if (signal.aborted || isDatabaseAway(error)) throw error;
    return {
      state: 'degraded',
      reason: messageOf(error),
      components: [],
      endpoints: [],
      workersActive: null,
    };
  }
}
