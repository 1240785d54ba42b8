import { DBOS } from '@dbos-inc/dbos-sdk';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';

import type { Queries } from '../store/database.ts';
import { beat, type Orphan, orphanedWorkflows, ownWorkflows } from '../store/workers.ts';

const silentSeconds = 20;

/**
 * Gives a sign of life, takes over the runs of workers that give none, and restarts own runs that the engine lost
 * (which a restart of the database can do). A take-over that was not needed does no harm: the engine refuses the
 * writes of a former owner, and only the step in flight is done again.
 */
export function takeOver(db: Queries, worker: string): () => Promise<void> {
  let suspects = new Set<string>();

  async function resume({ workflow, queue }: Orphan): Promise<void> {
    await DBOS.resumeWorkflow(workflow, queue === null ? undefined : { queueName: queue });
  }

  return async () => {
    await beat(db, worker);
    for (const orphan of await orphanedWorkflows(db, silentSeconds)) await resume(orphan);
    const idle = (await ownWorkflows(db, worker)).filter(({ workflow }) => !isRunningHere(workflow));
    // One look may fall between the claim of a workflow and its start; two in a row do not.
    for (const lost of idle) if (suspects.has(lost.workflow)) await resume(lost);
    suspects = new Set(idle.map(({ workflow }) => workflow));
  };
}

function isRunningHere(workflow: string): boolean {
  return DBOSExecutor.globalInstance?.systemDatabase.checkForRunningWorkflow(workflow) ?? true;
}
