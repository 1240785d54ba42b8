import { sql } from 'kysely';

import type { StageKind } from '../core/pipeline/plan.ts';
import type { StageState } from '../core/pipeline/run.ts';
import type { Verdict } from '../core/verdicts/verdict.ts';
import type { Queries } from './database.ts';
import type { DecisionRow } from './decisions.ts';
import type { DeploymentRow } from './deployments.ts';
import type { RunRow } from './runs.ts';

/** The newest of one stage, whichever run of the release did it, with what it saw when it was done last. */
export interface ReleaseStageRow {
  readonly run: string;
  readonly index: number;
  readonly name: string;
  readonly kind: StageKind;
  readonly environment: string | null;
  readonly state: StageState;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
  readonly endedAt: Date | null;
  readonly evidence: readonly string[];
}

/**
 * Of a release, each stage that has begun, by environment and name. However many rows it left, each is read once.
 * What a stage saw last was stored at one moment; people approve one after another, of the same content.
 */
export async function stagesOfRelease(db: Queries, release: string): Promise<readonly ReleaseStageRow[]> {
  const { rows } = await sql<ReleaseStageRow>`
    with newest as (
      select distinct on (stage.environment, stage.name)
        stage.run, stage.index, stage.name, stage.environment, stage.state, stage.verdict, stage.reason,
        stage.ended_at as "endedAt", run.plan->'stages'->stage.index->>'kind' as kind
      from app.run join app.stage on stage.run = run.id
      where run.release = ${release} and stage.state not in ('pending', 'skipped')
      order by stage.environment, stage.name, run.number desc, stage.index desc)
    select newest.*, array(
      select seen.digest from app.evidence as seen
      where seen.run = newest.run and seen.stage = newest.index
        and seen.at >= case when last.kind = 'approval' then '-infinity' else last.at end
        and (last.kind <> 'approval' or seen.body->>'binding' = last.body->>'binding')
      order by seen.kind = 'stage', seen.digest) as evidence
    from newest left join lateral (
      select at, kind, body from app.evidence as last
      where last.run = newest.run and last.stage = newest.index
      order by last.at desc, last.digest limit 1) last on true`.execute(db);
  return rows;
}

/** What people decided at some stages, oldest first. */
export async function decisionsAt(
  db: Queries,
  stages: readonly Pick<ReleaseStageRow, 'run' | 'index'>[],
): Promise<readonly DecisionRow[]> {
  if (stages.length === 0) return [];
  return await db
    .selectFrom('app.decision')
    .selectAll()
    .where((row) =>
      row.or(stages.map(({ run, index }) => row.and([row('run', '=', run), row('stage', '=', index)]))),
    )
    .orderBy('id')
    .execute();
}

/** The last run of a release that has not ended, else its last one; null: none is known. */
export async function lastRunOfRelease(db: Queries, release: string): Promise<RunRow | null> {
  const row = await db
    .selectFrom('app.run')
    .selectAll()
    .where('release', '=', release)
    .orderBy((run) => run('ended_at', 'is', null), 'desc')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Of a release in an environment, newest first; the newest few say all that is asked. */
export async function deploymentsOfRelease(
  db: Queries,
  release: string,
  environment: string,
): Promise<readonly DeploymentRow[]> {
  return await db
    .selectFrom('app.deployment')
    .selectAll()
    .where('release', '=', release)
    .where('environment', '=', environment)
    .orderBy('created_at', 'desc')
    .limit(50)
    .execute();
}
