import type { Observation } from '../../core/target.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import { whyUnseen } from './trouble.ts';

/** One that cannot be seen is left as it is, and does not keep the others from being looked after. */
export async function observed(
  observe: () => Promise<Observation>,
  knownEndpoints: readonly string[],
  signal: AbortSignal,
): Promise<Observation> {
  try {
    return await observe();
  } catch (error) {
    if (signal.aborted || isDatabaseAway(error)) throw error;
    const reason = whyUnseen(error);
    return { state: 'degraded', reason, components: [], endpoints: knownEndpoints, workersActive: null };
  }
}
