import type { Selectable } from 'kysely';

import type { Plan } from '../core/pipeline/plan.ts';
import type { StageRecord, StageState } from '../core/pipeline/run.ts';
import type { Verdict } from '../core/verdicts/verdict.ts';
import type { Queries } from './database.ts';
import { isoOrNull, json } from './json.ts';
import type { StageTable } from './tables/runs.ts';

export type StageRow = Selectable<StageTable>;

export async function insertStages(db: Queries, run: string, plan: Plan): Promise<void> {
  const rows = plan.stages.map(({ name, environment }, index) => ({
    run,
    index,
    name,
    environment,
    state: 'pending' as const,
    verdict: null,
    reason: null,
    started_at: null,
    ended_at: null,
    memo: null,
  }));
  await db.insertInto('app.stage').values(rows).execute();
}

export async function stagesOf(db: Queries, run: string): Promise<readonly StageRow[]> {
  return await db.selectFrom('app.stage').selectAll().where('run', '=', run).orderBy('index').execute();
}

/** The stages that are at work, of some runs. */
export async function runningStages(db: Queries, runs: readonly string[]): Promise<readonly StageRow[]> {
  return await db
    .selectFrom('app.stage')
    .selectAll()
    .where('run', 'in', runs)
    .where('state', '=', 'running')
    .execute();
}

export async function findStage(db: Queries, run: string, index: number): Promise<StageRow> {
  return await db
    .selectFrom('app.stage')
    .selectAll()
    .where('run', '=', run)
    .where('index', '=', index)
    .executeTakeFirstOrThrow();
}

export interface StageChange {
  readonly state: StageState;
  readonly verdict?: Verdict | null;
  readonly reason?: string | null;
  readonly startedAt?: Date | null;
  readonly endedAt?: Date | null;
}

export async function changeStage(
  db: Queries,
  run: string,
  index: number,
  change: StageChange,
): Promise<StageRow> {
  return await db
    .updateTable('app.stage')
    .set({
      state: change.state,
      ...(change.verdict === undefined ? {} : { verdict: change.verdict }),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.startedAt === undefined ? {} : { started_at: change.startedAt }),
      ...(change.endedAt === undefined ? {} : { ended_at: change.endedAt }),
    })
    .where('run', '=', run)
    .where('index', '=', index)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function setMemo(db: Queries, run: string, index: number, memo: unknown): Promise<void> {
  await db
    .updateTable('app.stage')
    .set({ memo: json(memo) })
    .where('run', '=', run)
    .where('index', '=', index)
    .execute();
}

/** Makes stages as if they had never begun. */
export async function resetStages(db: Queries, run: string, indices: readonly number[]): Promise<void> {
  await db
    .updateTable('app.stage')
    .set({ state: 'pending', verdict: null, reason: null, started_at: null, ended_at: null, memo: null })
    .where('run', '=', run)
    .where('index', 'in', indices)
    .execute();
}

export async function skipPendingStages(db: Queries, run: string): Promise<void> {
  await db
    .updateTable('app.stage')
    .set({ state: 'skipped' })
    .where('run', '=', run)
    .where('state', '=', 'pending')
    .execute();
}

export function toStageRecord(row: StageRow): StageRecord {
  return {
    name: row.name,
    environment: row.environment,
    state: row.state,
    verdict: row.verdict,
    startedAt: isoOrNull(row.started_at),
    endedAt: isoOrNull(row.ended_at),
    reason: row.reason,
  };
}
