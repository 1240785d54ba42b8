import type { RunningView } from '../../api/views/status.ts';
import type { Queries } from '../../store/database.ts';
import { iso } from '../../store/json.ts';
import { releasesById } from '../../store/releases.ts';
import type { RunRow } from '../../store/runs.ts';
import { runningStages } from '../../store/stages.ts';

/** The open runs that wait for nobody, oldest first: queued, or at a stage. */
export async function runningViews(db: Queries, open: readonly RunRow[]): Promise<readonly RunningView[]> {
  const runs = open.filter(({ waiting }) => waiting === null);
  if (runs.length === 0) return [];
  const stages = new Map(
    (
      await runningStages(
        db,
        runs.map(({ id }) => id),
      )
    ).map((row) => [row.run, row]),
  );
  const releases = await releasesById(
    db,
    runs.flatMap(({ release }) => release ?? []),
  );
  const versions = new Map(releases.map(({ id, version }) => [id, version]));
  return runs.map(({ id, state, release, created_at: createdAt }) => {
    const stage = stages.get(id);
    return {
      run: id,
      state,
      version: release === null ? null : (versions.get(release) ?? null),
      environment: stage?.environment ?? null,
      stage: stage?.name ?? null,
      since: iso(stage?.started_at ?? createdAt),
    };
  });
}
