import { decisionDeadlineMs } from '../../core/pipeline/durations.ts';
import { waitsForHost } from '../../core/workers/host.ts';
import { deployerItself } from '../../store/audit.ts';
import { lockRun } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import { type Stranded, strandedRuns } from '../../store/workers.ts';
import { requestCancel, unlessEnded } from '../acts/cancel.ts';
import { recordWaiting } from '../order/change-lock.ts';
import type { EngineParts } from '../parts.ts';

/**
 * A run whose host has no living worker says so, whoever is asked: any worker of the database writes it down. When a
 * worker comes back, the run's next step takes the remark away. After the deadline it is cancelled, which is carried
 * out when there is a worker.
 */
export async function tellStranded(parts: EngineParts): Promise<void> {
  for (const stranded of await strandedRuns(parts.database.db)) await tell(parts, stranded);
}

async function tell(parts: EngineParts, { run: id, ...host }: Stranded): Promise<void> {
  if (parts.clock.now() - host.seenAtMs > decisionDeadlineMs) {
    const reason = 'no decision: its host has had no worker';
    await requestCancel(parts, { run: id, cause: 'cancel', reason, by: deployerItself }).catch(unlessEnded);
    return;
  }
  await parts.database.transaction(async (transaction) => {
    const run = await lockRun(transaction.db, id);
    if (run.waiting !== null || run.ended_at !== null) return;
    const current = (await stagesOf(transaction.db, id)).find(
      ({ state }) => state === 'running' || state === 'pending',
    );
    await recordWaiting(
      parts,
      transaction,
      run,
      waitsForHost({ id, environment: current?.environment ?? null }, host),
    );
  });
}
