import { DBOS } from '@dbos-inc/dbos-sdk';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';

import { queueOf } from '../../core/workers/host.ts';
import { beat } from '../../store/workers.ts';
import { orphanedWorkflows, ownWorkflows } from '../../store/workflows.ts';
import { knownWorkflows, runOfWorkflow } from '../messages.ts';
import type { EngineParts } from '../parts.ts';

/**
 * Gives a sign of life, takes over the runs of workers of this host that give none, lets go of what others have taken
 * over, and restarts own runs that the engine lost (which a restart of the database can do). A take-over that was not
 * needed does no harm: a former owner records nothing any more, and only the step in flight is done again.
 */
export function takeOver({
  database: { db },
  worker,
  work,
}: Pick<EngineParts, 'database' | 'worker' | 'work'>): () => Promise<void> {
  let suspects = new Set<string>();
  const queueName = queueOf(worker.host.id);

  return async () => {
    const inFlight = work.runs();
    await beat(db, worker, work.doing());
    for (const { workflow } of await orphanedWorkflows(db, worker, knownWorkflows))
      await DBOS.resumeWorkflow(workflow, { queueName });
    const own = await ownWorkflows(db, worker);
    const ownRuns = new Set(own.map(({ workflow }) => runOfWorkflow(workflow)));
    for (const run of inFlight) if (!ownRuns.has(run)) work.abandon(run);
    const idle = own.filter(({ workflow }) => !isRunningHere(workflow));
    // One look may fall between the claim of a workflow and its start; two in a row do not.
    for (const { workflow } of idle)
      if (suspects.has(workflow)) await DBOS.resumeWorkflow(workflow, { queueName });
    suspects = new Set(idle.map(({ workflow }) => workflow));
  };
}

function isRunningHere(workflow: string): boolean {
  return DBOSExecutor.globalInstance?.systemDatabase.checkForRunningWorkflow(workflow) ?? true;
}
