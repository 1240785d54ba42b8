import { DBOS } from '@dbos-inc/dbos-sdk';
import { wfQueueRunner } from '@dbos-inc/dbos-sdk/internal/wfqueue';

import { queueOf } from '../../core/workers/host.ts';
import { ownWorkflows } from '../../store/workflows.ts';
import type { EngineParts } from '../parts.ts';

/**
 * Takes no run any more, and gives back those without a step in flight, so that other workers of this host go on with
 * them while this one drains. Without another worker they stay in the queue until there is one.
 */
export async function handBack({
  database: { db },
  worker,
  work,
}: Pick<EngineParts, 'database' | 'worker' | 'work'>): Promise<void> {
  wfQueueRunner.stop();
  for (const { workflow } of await ownWorkflows(db, worker)) {
    if (work.isInStep(workflow)) continue;
    await DBOS.resumeWorkflow(workflow, { queueName: queueOf(worker.host.id) });
  }
}
