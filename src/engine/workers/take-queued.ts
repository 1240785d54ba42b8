import { randomUUID } from 'node:crypto';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';
import { globalParams } from '@dbos-inc/dbos-sdk/internal/utils';

import { queueOf } from '../../core/workers/host.ts';
import type { EngineParts } from '../parts.ts';

/**
 * Takes what waits in the queue of this host now, as the engine does by itself every second: whoever has just shipped
 * does not wait for that, and a clock that was set back stops nothing. When both look at once, one of them finds
 * nothing.
 */
export async function takeQueued({ worker, work }: Pick<EngineParts, 'worker' | 'work'>): Promise<void> {
  const executor = DBOSExecutor.globalInstance;
  const queue = await DBOS.retrieveQueue(queueOf(worker.host.id));
  if (executor === undefined || queue === null || work.isEnding()) return;
  const { systemDatabase } = executor;
  const running = systemDatabase.countRunningWorkflowsForQueue(queue.name);
  const claim = randomUUID();
  const taken = await systemDatabase.findAndMarkStartableWorkflows(
    queue,
    executor.executorID,
    globalParams.appVersion,
    undefined,
    running,
    0,
    claim,
  );
  if (taken.length > 0) await executor.dispatchDequeuedWorkflows([...taken], claim);
}
