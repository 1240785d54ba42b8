import { setTimeout as delay } from 'node:timers/promises';

import { DeployerError } from '../errors.ts';
import { isConnectionLost } from '../store/connection-lost.ts';

/** The server starts its own database again within two seconds; a failover takes its time. */
const patienceMs = 20_000;
const retryMs = 250;

/**
 * Reads again for as long as the database is away, up to 20 s, or as the route says; one that keeps the connection and
 * says nothing is waited for no longer. Only for what changes nothing: whether a change that lost its connection was
 * committed is not known.
 */
export async function patiently<T>(
  read: () => Promise<T>,
  signal: AbortSignal,
  withinMs: number = patienceMs,
): Promise<T> {
  const over = new AbortController();
  const deadline = AbortSignal.any([signal, over.signal]);
  const silence = delay(withinMs, undefined, { signal: over.signal }).then(() => {
    throw new DeployerError('database_failed', {
      message: `There is no answer since ${Math.round(withinMs / 1000)} s; what keeps silent is usually the database.`,
      hint: 'deployer doctor',
    });
  });
  try {
    return await Promise.race([readAgain(read, deadline), silence]);
  } finally {
    over.abort();
  }
}

async function readAgain<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isConnectionLost(error) || signal.aborted) throw error;
    }
    await delay(retryMs, undefined, { signal });
  }
}
