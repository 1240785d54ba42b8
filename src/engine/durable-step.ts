import { DBOS } from '@dbos-inc/dbos-sdk';

import { isNodeError } from '../lib/node-error.ts';

/**
 * Runs `work` once and records what it returns: after a crash the record is used, and only work that was in flight is
 * done again. A lost connection to the database is no result: it is tried again until the database is back.
 */
export async function durableStep<T>(name: string, work: () => Promise<T>): Promise<T> {
  return await DBOS.runStep(work, {
    name,
    retriesAllowed: true,
    maxAttempts: 60,
    intervalSeconds: 0.5,
    backoffRate: 1.1,
    shouldRetry: isConnectionLost,
  });
}

/** Class 08 and 57P0x of PostgreSQL's error codes, and what the socket itself reports. */
export function isConnectionLost(error: unknown): boolean {
  if (
    error instanceof Error &&
    /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message)
  ) {
    return true;
  }
  if (!isNodeError(error)) return false;
  return /^(08...|57P0.|ECONNRESET|ECONNREFUSED|EPIPE|ENOENT)$/.test(error.code) && !('path' in error);
}

/** The engine's own way of ending a workflow: cancelled there, or owned by another worker by now. */
export function isEngineControl(error: unknown): boolean {
  return error instanceof Error && error.constructor.name.startsWith('DBOS');
}
