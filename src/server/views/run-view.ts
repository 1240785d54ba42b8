import type { RunSummary, RunView } from '../../api/views.ts';
import { retryStages } from '../../core/change.ts';
import { environmentsOf } from '../../core/plan.ts';
import { hasEnded, type StageRecord } from '../../core/run.ts';
import { holdJudge } from '../../engine/subjects.ts';
import { iso, isoOrNull } from '../../store/json.ts';
import type { Queries } from '../../store/database.ts';
import { releaseById } from '../../store/releases.ts';
import type { RunRow } from '../../store/runs.ts';
import { stagesOf, toStageRecord } from '../../store/stages.ts';

export async function runView(db: Queries, run: RunRow): Promise<RunView> {
  const { integration, requester, note, reason, waiting } = run;
  const stages = (await stagesOf(db, run.id)).map(toStageRecord);
  const hold = await holdAhead(db, run, stages);
  return { ...(await runSummary(db, run)), integration, requester, note, reason, stages, waiting, hold };
}

/** The hold that a retry of the run would meet. */
async function holdAhead(db: Queries, run: RunRow, stages: readonly StageRecord[]): Promise<RunView['hold']> {
  if (run.release === null || !hasEnded(run.state)) return null;
  const states = stages.map(({ state }) => state);
  const ahead = (retryStages(run.plan, states) ?? []).flatMap((index) => run.plan.stages[index] ?? []);
  const release = await releaseById(db, run.release);
  const judge = await holdJudge(db, run.integration);
  for (const environment of environmentsOf({ ...run.plan, stages: ahead })) {
    const hold = judge(release, environment);
    if (hold !== null) return { environment: hold.environment, reason: hold.reason };
  }
  return null;
}

export async function runSummary(db: Queries, run: RunRow): Promise<RunSummary> {
  const version = run.release === null ? null : (await releaseById(db, run.release)).version;
  return {
    run: run.id,
    release: run.release,
    version,
    commit: run.commit,
    state: run.state,
    to: run.to,
    startedAt: iso(run.created_at),
    endedAt: isoOrNull(run.ended_at),
  };
}
