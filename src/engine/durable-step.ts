import { DBOS, DBOSWorkflowConflictError, Error as EngineErrors } from '@dbos-inc/dbos-sdk';

import { isDatabaseAway } from '../store/connection-lost.ts';
import type { EngineParts } from './parts.ts';

/**
 * Runs `work` once and records what it returns: after a crash the record is used, and only work that was in flight is
 * done again. A database that cannot be reached, or has no room, is no result: it is tried again until it is back,
 * however long that takes.
 */
export async function durableStep<T>(
  parts: Pick<EngineParts, 'work'>,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  return await parts.work.step(DBOS.workflowID ?? name, () =>
    DBOS.runStep(work, {
      name,
      retriesAllowed: true,
      maxAttempts: 1_000_000,
      intervalSeconds: 1,
      backoffRate: 1,
      shouldRetry: isDatabaseAway,
    }),
  );
}

/** The engine's own way of ending a workflow: cancelled there, or owned by another worker by now. */
export function isEngineControl(error: unknown): boolean {
  return (
    error instanceof DBOSWorkflowConflictError || error instanceof EngineErrors.DBOSWorkflowCancelledError
  );
}
