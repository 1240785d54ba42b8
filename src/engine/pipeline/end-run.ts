import { dateOf } from '../../core/clock.ts';
import { rm } from 'node:fs/promises';

import { lastBegun, type RunState } from '../../core/pipeline/run.ts';
import { reach } from '../../lib/named-point.ts';
import { sideFolder } from '../../lib/side-folder.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import { listEnvironments, removeCapacityWaiter } from '../../store/environments.ts';
import { announceRunEvents, appendRunEvents } from '../../store/run-events.ts';
import { changeRun, findRun, lockRun } from '../../store/runs.ts';
import { skipPendingStages, stagesOf } from '../../store/stages.ts';
import { tryUndo } from '../going-back/undo.ts';
import { leaveChange } from '../order/change-lock.ts';
import type { EngineParts } from '../parts.ts';

export interface RunEnd {
  readonly state: Extract<RunState, 'succeeded' | 'failed' | 'cancelled' | 'superseded'>;
  readonly reason: string | null;
}

/** Ends a run that Deployer itself cannot go on with: what it holds is put back as it was, and given back. */
export async function giveUp(parts: EngineParts, runId: string, reason: string): Promise<void> {
  const run = await findRun(parts.database.db, runId);
  const stages = await stagesOf(parts.database.db, runId);
  const stuck: string[] = [];
  for (const { name, holder } of await listEnvironments(parts.database.db, run.integration)) {
    const index = lastBegun(stages, name);
    if (holder === runId && index >= 0) {
      const why = await tryUndo(parts, { run: runId, index, ending: 'failed' });
      if (why !== null) stuck.push(`; and it could not be undone: ${why}`);
    }
    await leaveChange(parts, { run: runId, environment: name });
  }
  await endRun(parts, runId, { state: 'failed', reason: `${reason}${stuck.join('')}` });
}

/** Records how a run ended, and removes its workspace. A second time is no change. */
export async function endRun(parts: EngineParts, runId: string, { state, reason }: RunEnd): Promise<void> {
  await parts.database.transaction(async ({ db, client }) => {
    const run = await lockRun(db, runId);
    if (run.ended_at !== null) return;
    const endedAt = dateOf(parts.clock);
    await skipPendingStages(db, runId);
    await removeCapacityWaiter(db, runId);
    await changeRun(db, runId, { state, reason, waiting: null, endedAt });
    await writeAudit(db, {
      integration: run.integration,
      actor: deployerItself,
      action: 'run ended',
      subject: runId,
      detail: { state, reason, release: run.release },
    });
    const at = endedAt.toISOString();
    await appendRunEvents(db, runId, [{ type: 'result', run: runId, at, state, waiting: null, reason }]);
    await announceRunEvents(client, runId);
  });
  await reach('run: end recorded');
  const workspace = parts.home.workspace(runId);
  for (const folder of [workspace, sideFolder(workspace)]) await rm(folder, { recursive: true, force: true });
}
