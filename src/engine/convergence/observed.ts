import type { Observation } from '../../core/places/target.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import { whyUnseen } from './trouble.ts';

/**
 * One that cannot be seen is left as it is, and does not keep the others from being looked after. `signal` is that of
 * whoever asks: `observe` may end sooner by one of its own, and then it was not seen.
 */
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
    return {
      state: 'degraded',
      reason,
      isUnseen: true,
      components: [],
      endpoints: knownEndpoints,
      workersActive: null,
    };
  }
}
