import type { Selectable } from 'kysely';

import type { Schedule } from '../core/schedules/schedule.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { ScheduleTable } from './tables/schedules.ts';

export type ScheduleRow = Selectable<ScheduleTable>;

/** A schedule of one host: each has its own files, and its own time zone. */
export type ScheduleKey = Pick<ScheduleRow, 'host' | 'name'>;

/**
 * Records a schedule as this version and this host have it. A new one, or one whose times have changed, begins with
 * `nextAt`.
 */
export async function saveSchedule(
  db: Queries,
  { host, name, cron, timeZone }: Schedule & ScheduleKey,
  nextAt: Date | null,
): Promise<void> {
  await db
    .insertInto('app.schedule')
    .values({ host, name, cron, time_zone: timeZone, next_at: nextAt, missed: 0 })
    .onConflict((conflict) =>
      conflict
        .columns(['host', 'name'])
        .doUpdateSet({ cron, time_zone: timeZone, next_at: nextAt })
        .where((row) =>
          row.or([row('app.schedule.cron', '!=', cron), row('app.schedule.time_zone', '!=', timeZone)]),
        ),
    )
    .execute();
}

export async function listSchedules(db: Queries, host: string): Promise<readonly ScheduleRow[]> {
  return await db.selectFrom('app.schedule').selectAll().where('host', '=', host).orderBy('name').execute();
}

/** The row, locked until the transaction ends; null when another worker is at it, or there is none. */
export async function lockSchedule(db: Queries, { host, name }: ScheduleKey): Promise<ScheduleRow | null> {
  const row = await db
    .selectFrom('app.schedule')
    .selectAll()
    .where('host', '=', host)
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

export async function startSchedule(
  db: Queries,
  { host, name }: ScheduleKey,
  start: ScheduleStart,
): Promise<void> {
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
    .where('host', '=', host)
    .where('name', '=', name)
    .execute();
}

/** Records how it ended, unless another worker has started it again meanwhile. */
export async function endSchedule(
  db: Queries,
  { host, name }: ScheduleKey,
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
    .where('host', '=', host)
    .where('name', '=', name)
    .where('worker', '=', end.worker)
    .execute();
}

export type Findings = Readonly<Record<string, readonly string[]>>;

/** What the last check by a schedule found wrong. */
export async function findingsOf(db: Queries, { host, name }: ScheduleKey): Promise<Findings> {
  const row = await db
    .selectFrom('app.schedule')
    .select('findings')
    .where('host', '=', host)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.findings ?? {};
}
