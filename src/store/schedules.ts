import { type Selectable, sql } from 'kysely';

import type { Schedule } from '../core/schedule.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { ScheduleTable } from './tables/schedules.ts';

export type ScheduleRow = Selectable<ScheduleTable>;

/** Records a schedule as this version has it. A new one, or one whose times have changed, begins with `nextAt`. */
export async function saveSchedule(
  db: Queries,
  { name, cron, timeZone }: Schedule,
  nextAt: Date | null,
): Promise<void> {
  await db
    .insertInto('app.schedule')
    .values({ name, cron, time_zone: timeZone, next_at: nextAt, missed: 0 })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ cron, time_zone: timeZone, next_at: nextAt })
        .where((row) =>
          row.or([row('app.schedule.cron', '!=', cron), row('app.schedule.time_zone', '!=', timeZone)]),
        ),
    )
    .execute();
}

export async function listSchedules(db: Queries): Promise<readonly ScheduleRow[]> {
  return await db.selectFrom('app.schedule').selectAll().orderBy('name').execute();
}

/** The row, locked until the transaction ends; null when another worker is at it, or there is none. */
export async function lockSchedule(db: Queries, name: string): Promise<ScheduleRow | null> {
  const row = await db
    .selectFrom('app.schedule')
    .selectAll()
    .where('name', '=', name)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row ?? null;
}

export interface ScheduleStart {
  readonly worker: string;
  readonly at: Date;
  readonly nextAt: Date | null;
  readonly missed: number;
}

export async function startSchedule(db: Queries, name: string, start: ScheduleStart): Promise<void> {
  await db
    .updateTable('app.schedule')
    .set({
      worker: start.worker,
      started_at: start.at,
      ended_at: null,
      next_at: start.nextAt,
      missed: start.missed,
      ok: null,
      summary: null,
    })
    .where('name', '=', name)
    .execute();
}

/** Records how it ended, unless another worker has started it again meanwhile. */
export async function endSchedule(
  db: Queries,
  name: string,
  end: {
    readonly worker: string;
    readonly ok: boolean;
    readonly summary: string;
    readonly findings?: Findings;
  },
): Promise<void> {
  await db
    .updateTable('app.schedule')
    .set({ ended_at: new Date(), ok: end.ok, summary: end.summary, findings: json(end.findings ?? {}) })
    .where('name', '=', name)
    .where('worker', '=', end.worker)
    .execute();
}

export type Findings = Readonly<Record<string, readonly string[]>>;

/** What the last check by a schedule found wrong. */
export async function findingsOf(db: Queries, name: string): Promise<Findings> {
  const row = await db
    .selectFrom('app.schedule')
    .select('findings')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.findings ?? {};
}

/** Whether a worker has given a sign of life within `silentSeconds`. */
export async function isWorkerAlive(db: Queries, worker: string, silentSeconds: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from app.worker where id = ${worker} and beat > now() - make_interval(secs => ${silentSeconds})`.execute(
    db,
  );
  return rows.length > 0;
}
