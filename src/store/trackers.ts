import type { Insertable, Selectable } from 'kysely';

import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { TrackerTable, TrackerTrouble } from './tables/tracking.ts';

export type TrackerRow = Selectable<TrackerTable>;

/** Tracks a branch for an integration, in place of what was tracked for it before. */
export async function saveTracker(db: Queries, row: Insertable<TrackerTable>): Promise<TrackerRow> {
  const { integration, ...rest } = row;
  return await db
    .insertInto('app.tracker')
    .values({ integration, ...rest })
    .onConflict((conflict) => conflict.column('integration').doUpdateSet(rest))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function trackerOf(db: Queries, integration: string): Promise<TrackerRow | null> {
  const row = await db
    .selectFrom('app.tracker')
    .selectAll()
    .where('integration', '=', integration)
    .executeTakeFirst();
  return row ?? null;
}

/** As `trackerOf`, locked until the transaction ends. */
export async function lockTracker(db: Queries, integration: string): Promise<TrackerRow | null> {
  const row = await db
    .selectFrom('app.tracker')
    .selectAll()
    .where('integration', '=', integration)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** All, or those whose clones a host has, by integration. */
export async function listTrackers(db: Queries, host: string | null): Promise<readonly TrackerRow[]> {
  let query = db.selectFrom('app.tracker').selectAll();
  if (host !== null) query = query.where('host', '=', host);
  return await query.orderBy('integration').execute();
}

export async function countPolling(db: Queries): Promise<number> {
  const { count } = await db
    .selectFrom('app.tracker')
    .select((row) => row.fn.countAll<string>().as('count'))
    .where('polls', '=', true)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The tip that is dealt with now. Call it in the transaction that does so, with the row locked. */
export async function moveCursor(db: Queries, integration: string, cursor: string): Promise<void> {
  await db.updateTable('app.tracker').set({ cursor }).where('integration', '=', integration).execute();
}

export async function noteLook(
  db: Queries,
  { integration, since }: TrackerRow,
  { at, trouble }: { readonly at: Date; readonly trouble: TrackerTrouble | null },
): Promise<void> {
  await db
    .updateTable('app.tracker')
    .set({ looked_at: at, trouble: trouble === null ? null : json(trouble) })
    .where('integration', '=', integration)
    // What a slow look has found says nothing about what is tracked in its place meanwhile.
    .where('since', '=', since)
    .execute();
}

export async function removeTracker(db: Queries, integration: string): Promise<void> {
  await db.deleteFrom('app.tracker').where('integration', '=', integration).execute();
}
