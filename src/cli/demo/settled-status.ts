import type { StatusView } from '../../api/views/status.ts';
import { pause } from '../../lib/pause.ts';

const lookEveryMs = 250;

export interface Settling {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * The status once nothing is wrong anywhere. What was switched a moment ago is still being brought to what was decided,
 * and says so; what is still wrong when the time is over is shown as it is.
 */
export async function settledStatus(
  statusOf: () => Promise<StatusView>,
  { timeoutMs, signal }: Settling,
): Promise<StatusView> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const status = await statusOf();
    const isWell = status.environments.every(({ trouble }) => trouble.length === 0);
    if (isWell || performance.now() >= endsAt) return status;
    await pause(lookEveryMs, signal);
  }
}
