import { type Insertable, type Selectable, sql } from 'kysely';

import type { EdgeRef } from '../core/switching/edge.ts';
import type { Worker } from '../core/workers/host.ts';
import type { Queries } from './database.ts';
import type { NotificationTable } from './tables/monitoring.ts';

export type NotificationRow = Selectable<NotificationTable>;
export type NewNotification = Insertable<NotificationTable>;

/** Writes down who is to be told of what; an event that is written down already stays as it is. */
export async function insertNotifications(db: Queries, rows: readonly NewNotification[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('app.notification')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['event', 'receiver']).doNothing())
    .execute();
}

/**
 * Removes what was delivered or given up before a time, but the last that each receiver was told of an environment.
 * Returns how many went.
 */
export async function pruneNotifications(
  db: Queries,
  { integration, before }: { readonly integration: string; readonly before: Date },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from app.notification as old
    where integration = ${integration} and next_at is null and created_at < ${before}
      and exists (select from app.notification as newer
        where newer.integration = old.integration and newer.environment = old.environment
          and newer.receiver = old.receiver and newer.created_at > old.created_at)`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/**
 * Of the environments that a worker looks after, what may be tried now: of each receiver the oldest, so that none keeps
 * others waiting, however much there is for it. The oldest of all first.
 */
export async function dueNotifications(
  db: Queries,
  worker: Worker,
  now: Date,
): Promise<readonly NotificationRow[]> {
  // Nearly always there is none, and this question costs next to nothing.
  const any = await db
    .selectFrom('app.notification')
    .select('id')
    .where('next_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  if (any === undefined) return [];
  const rows = await db
    .selectFrom('app.notification as notification')
    .innerJoin('app.environment as environment', (join) =>
      join
        .onRef('environment.integration', '=', 'notification.integration')
        .onRef('environment.name', '=', 'notification.environment'),
    )
    .innerJoin('app.host as host', 'host.id', 'environment.host')
    .selectAll('notification')
    .distinctOn(['notification.integration', 'notification.receiver'])
    .where('host.id', '=', worker.host.id)
    .where('host.converging', '=', worker.id)
    .where('notification.next_at', '<=', now)
    .orderBy('notification.integration')
    .orderBy('notification.receiver')
    .orderBy('notification.created_at')
    .execute();
  return rows.toSorted((a, b) => a.created_at.getTime() - b.created_at.getTime());
}

/**
 * Takes one to try it: should the one who does so not live to record how it went, it is tried again after `lease`. Null
 * when somebody else has it, or it is over.
 */
export async function takeNotification(
  db: Queries,
  { id, attempts }: Pick<NotificationRow, 'id' | 'attempts'>,
  lease: Date,
): Promise<NotificationRow | null> {
  const row = await db
    .updateTable('app.notification')
    .set({ attempts: attempts + 1, next_at: lease })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('next_at', 'is not', null)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

export interface DeliveryRecord {
  /** Of the answer; null: there was none. */
  readonly status: number | null;
  /** Null: it was delivered. */
  readonly error: string | null;
  readonly at: Date;
  /** Null: it is not tried again. */
  readonly nextAt: Date | null;
}

export async function recordDelivery(
  db: Queries,
  { id, attempts }: Pick<NotificationRow, 'id' | 'attempts'>,
  { status, error, at, nextAt }: DeliveryRecord,
): Promise<void> {
  await db
    .updateTable('app.notification')
    .set({
      status,
      last_error: error,
      next_at: nextAt,
      ...(error === null ? { delivered_at: at } : {}),
    })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .execute();
}

/** Of one event, whatever became of it. */
export async function notificationsOf(db: Queries, event: string): Promise<readonly NotificationRow[]> {
  return await db
    .selectFrom('app.notification')
    .selectAll()
    .where('event', '=', event)
    .orderBy('receiver')
    .execute();
}

/** The newest of each receiver of an environment. */
export async function lastNotifications(
  db: Queries,
  { integration, environment }: EdgeRef,
): Promise<readonly NotificationRow[]> {
  return await db
    .selectFrom('app.notification')
    .selectAll()
    .distinctOn('receiver')
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .orderBy('receiver')
    .orderBy('created_at', 'desc')
    .execute();
}

/** What could not be delivered and is tried again, or was given up within the last week. */
export async function failingNotifications(db: Queries): Promise<readonly NotificationRow[]> {
  return await db
    .selectFrom('app.notification')
    .selectAll()
    .where('delivered_at', 'is', null)
    .where('last_error', 'is not', null)
    .where('kind', '!=', 'test')
    .where(sql<boolean>`(next_at is not null or deadline > now() - interval '7 days')`)
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute();
}
