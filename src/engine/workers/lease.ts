import { DBOS } from '@dbos-inc/dbos-sdk';

import type { Database } from '../../store/database.ts';
import { holdsWorkflow } from '../../store/workflows.ts';

/**
 * Another worker has this workflow by now, because this one gave no sign of life: it was stopped, or cut off. Nothing
 * that it still does on behalf of the workflow is recorded.
 */
export class LeaseLost extends Error {}

/**
 * A database in which whatever a step writes is written only while this worker has the step's workflow. The engine
 * refuses what a former owner returns; this refuses what it would write to our own tables before that.
 */
export function fenced(database: Database, worker: string): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction(async (transaction) => {
        const workflow = DBOS.workflowID;
        if (workflow !== undefined && !(await holdsWorkflow(transaction.db, { workflow, worker })))
          throw new LeaseLost(`${workflow} was taken over by another worker`);
        return await work(transaction);
      }),
  };
}
