import { setTimeout as delay } from 'node:timers/promises';

import { isConnectionLost } from '../store/connection-lost.ts';

/** The server starts its own database again within two seconds; a failover takes its time. */
const patienceMs = 20_000;
const retryMs = 250;

/**
 * Reads again for as long as the database is away, up to 20 s. Only for what changes nothing: whether a change that lost
 * its connection was committed is not known.
 */
export async function patiently<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isConnectionLost(error) || signal.aborted || performance.now() >= endsAt) throw error;
    }
    await delay(retryMs, undefined, { signal });
  }
}
