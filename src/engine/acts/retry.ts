import { retryStages } from '../../core/pipeline/change.ts';
import { environmentsOf } from '../../core/pipeline/plan.ts';
import { type Actor, type StageState, standing } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Queries } from '../../store/database.ts';
import { insertDecision } from '../../store/decisions.ts';
import { releaseById } from '../../store/releases.ts';
import { useRelease } from '../../store/retention.ts';
import { changeRun, lockRun, type RunRow } from '../../store/runs.ts';
import { resetStages, stagesOf } from '../../store/stages.ts';
import { workflowOf } from '../messages.ts';
import type { EngineParts } from '../parts.ts';
import { waiverInForce } from '../pipeline/waived-gate.ts';
import { refuseHeld } from '../subjects.ts';

/** Does the undecided stage again, or goes on with a failed or cancelled run from the stage that ended it. */
export async function retry(
  parts: EngineParts,
  { run: id, by }: { readonly run: string; readonly by: Actor },
): Promise<RunRow> {
  return await parts.database.transaction(async ({ db, client }) => {
    const run = await lockRun(db, id);
    await writeAudit(db, {
      integration: run.integration,
      actor: by,
      action: 'retry',
      subject: id,
      detail: {},
    });
    if (run.state === 'waiting' && run.waiting?.kind === 'undecided') {
      const stage = (await stagesOf(db, id)).findIndex(({ state }) => state === 'undecided');
      await refuseHeldOnTheWay(db, run);
      await insertDecision(db, {
        run: id,
        stage,
        attempt: run.attempt,
        kind: 'retry',
        by,
        binding: null,
        detail: {},
        asked: run.waiting.since,
      });
      await parts.messages.wake(client, workflowOf(id, run.attempt));
      return run;
    }
    const stages = retryStages(run.plan, await standingStates(parts, db, run));
    if ((run.state !== 'failed' && run.state !== 'cancelled') || stages === null) {
      throw new DeployerError('run_not_retryable', {
        message: `Run ${id} ${standing(run.state)}; only a failed, cancelled or undecided run can be retried.`,
        hint: `deployer run ${id}`,
      });
    }
    await refuseHeldOnTheWay(db, run);
    const attempt = run.attempt + 1;
    await resetStages(db, id, stages);
    const change = {
      state: 'queued' as const,
      reason: null,
      waiting: null,
      cancel: null,
      endedAt: null,
      attempt,
    };
    await changeRun(db, id, change);
    await parts.messages.startPipeline(client, {
      workflow: workflowOf(id, attempt),
      input: { run: id, plan: run.plan, stages },
      host: run.host ?? parts.worker.host.id,
    });
    return { ...run, state: 'queued', attempt };
  });
}

/** How its stages stand now: one that was waived is undecided again when that is over. */
async function standingStates({ clock }: EngineParts, db: Queries, run: RunRow): Promise<StageState[]> {
  const nowMs = clock.now();
  const states: StageState[] = [];
  for (const [index, { state }] of (await stagesOf(db, run.id)).entries()) {
    const stage = run.plan.stages[index];
    const isOver =
      state === 'waived' && stage !== undefined && (await waiverInForce(db, { run, stage, nowMs })) === null;
    states.push(isOver ? 'undecided' : state);
  }
  return states;
}

/** As for `ship`: what another run found bad in an environment that this one has passed must not go past it. */
export async function refuseHeldOnTheWay(db: Queries, run: RunRow): Promise<void> {
  if (run.release === null) return;
  const release = await releaseById(db, run.release);
  await useRelease(db, release);
  await refuseHeld(db, release, environmentsOf(run.plan));
}
