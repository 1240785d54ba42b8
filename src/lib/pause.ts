import { setTimeout as delay } from 'node:timers/promises';

/** Waits this long. Throws the signal's own reason, which says who cancelled, when that aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
