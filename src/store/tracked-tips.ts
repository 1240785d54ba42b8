import type { Insertable, Selectable } from 'kysely';

import type { Queries } from './database.ts';
import type { TrackedTipTable } from './tables/tracking.ts';

export type TrackedTipRow = Selectable<TrackedTipTable>;

/** Records what became of the tip of a tracked branch. */
export async function insertTip(db: Queries, tip: Insertable<TrackedTipTable>): Promise<TrackedTipRow> {
  return await db.insertInto('app.tracked_tip').values(tip).returningAll().executeTakeFirstOrThrow();
}

/** Newest first. */
export async function newestTips(
  db: Queries,
  integration: string,
  count: number,
): Promise<readonly TrackedTipRow[]> {
  return await db
    .selectFrom('app.tracked_tip')
    .selectAll()
    .where('integration', '=', integration)
    .orderBy('id', 'desc')
    .limit(count)
    .execute();
}
