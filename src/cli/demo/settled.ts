import { pause } from '../../lib/pause.ts';

const lookEveryMs = 250;
/** Workers that were handed over, the edge and alerts have settled long before; the end does not wait for longer. */
export const settleMs = 20_000;

export interface Settling {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * What is seen once it has settled. What was switched a moment ago is still being brought to what was decided, and says
 * so; what has not settled when the time is over is shown as it is.
 */
export async function settled<T>(
  look: () => Promise<T>,
  isSettled: (seen: T) => boolean,
  { timeoutMs, signal }: Settling,
): Promise<T> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isSettled(seen) || performance.now() >= endsAt) return seen;
    await pause(lookEveryMs, signal);
  }
}
