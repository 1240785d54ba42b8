import { sql } from 'kysely';

import type { Queries } from './database.ts';
import type { StageRow } from './stages.ts';

export type GateEvidence = Pick<
  StageRow,
  'name' | 'environment' | 'state' | 'reason' | 'started_at' | 'ended_at'
> & {
  /** Digest of the newest one; null: it left none. */
  readonly evidence: string | null;
};

/**
 * The stages of a run that come before any environment, and those in one, each with its newest evidence: found by
 * index, however much of it there is.
 */
export async function gatesOfRun(
  db: Queries,
  run: string,
  environment: string,
): Promise<readonly GateEvidence[]> {
  const { rows } = await sql<GateEvidence>`
    select stage.name, stage.environment, stage.state, stage.reason, stage.started_at, stage.ended_at, seen.digest as evidence
    from app.stage as stage left join lateral (
      select digest from app.evidence
      where evidence.run = stage.run and evidence.stage = stage.index order by at desc limit 1) as seen on true
    where stage.run = ${run} and (stage.environment is null or stage.environment = ${environment})
    order by stage.index`.execute(db);
  return rows;
}
