import { DBOS } from '@dbos-inc/dbos-sdk';

import { isConnectionLost } from '../store/connection-lost.ts';
import { asStepInFlight } from './steps-in-flight.ts';

/**
 * Runs `work` once and records what it returns: after a crash the record is used, and only work that was in flight is
 * done again. A lost connection to the database is no result: it is tried again until the database is back.
 */
export async function durableStep<T>(name: string, work: () => Promise<T>): Promise<T> {
  return await asStepInFlight(() =>
    DBOS.runStep(work, {
      name,
      retriesAllowed: true,
      maxAttempts: 60,
      intervalSeconds: 0.5,
      backoffRate: 1.1,
      shouldRetry: isConnectionLost,
    }),
  );
}

/** The engine's own way of ending a workflow: cancelled there, or owned by another worker by now. */
export function isEngineControl(error: unknown): boolean {
  return error instanceof Error && error.constructor.name.startsWith('DBOS');
}
