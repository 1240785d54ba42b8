import type { RunSummary, RunView } from '../../api/views.ts';
import { iso, isoOrNull } from '../../store/json.ts';
import type { Queries } from '../../store/database.ts';
import { releaseById } from '../../store/releases.ts';
import type { RunRow } from '../../store/runs.ts';
import { stagesOf, toStageRecord } from '../../store/stages.ts';

export async function runView(db: Queries, run: RunRow): Promise<RunView> {
  const { integration, requester, note, reason, waiting } = run;
  const stages = (await stagesOf(db, run.id)).map(toStageRecord);
  return { ...(await runSummary(db, run)), integration, requester, note, reason, stages, waiting };
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
