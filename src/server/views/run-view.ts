import type { RunSummary, RunView } from '../../api/views/runs.ts';
import { environmentsOf } from '../../core/pipeline/plan.ts';
import { hasEnded } from '../../core/pipeline/run.ts';
import { holdJudge } from '../../engine/subjects.ts';
import type { Queries } from '../../store/database.ts';
import { iso, isoOrNull } from '../../store/json.ts';
import { releaseById } from '../../store/releases.ts';
import { switchedBackIn } from '../../store/run-events.ts';
import type { RunRow } from '../../store/runs.ts';
import { stagesOf, toStageRecord } from '../../store/stages.ts';

export async function runView(db: Queries, run: RunRow): Promise<RunView> {
  const { integration, requester, note, reason } = run;
  const stages = (await stagesOf(db, run.id)).map(toStageRecord);
  const hold = await holdOnTheWay(db, run);
  const switchedBack = (await switchedBackIn(db, run.id)).map(
    ({ at, environment, from, to, cause, switchMs, workersMs }) => ({
      at,
      environment,
      from,
      to,
      cause,
      switchMs,
      workersMs,
    }),
  );
  const summary = await runSummary(db, run);
  return { ...summary, integration, requester, note, reason, stages, switchedBack, hold };
}

/** The hold that a retry of the run would meet. */
async function holdOnTheWay(db: Queries, run: RunRow): Promise<RunView['hold']> {
  if (run.release === null || !hasEnded(run.state)) return null;
  const release = await releaseById(db, run.release);
  const judge = await holdJudge(db, run.integration);
  for (const environment of environmentsOf(run.plan)) {
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
    waiting: run.waiting,
  };
}
