import type { Insertable, Selectable } from 'kysely';

import type { Queries } from './database.ts';
import type { WaiverTable } from './tables/evidence.ts';

export type WaiverRow = Selectable<WaiverTable>;

export async function insertWaiver(db: Queries, row: Insertable<WaiverTable>): Promise<WaiverRow> {
  return await db.insertInto('app.waiver').values(row).returningAll().executeTakeFirstOrThrow();
}

/** Of a release, the oldest first. A later one of the same subject takes the place of an earlier one. */
export async function waiversOf(db: Queries, release: string): Promise<readonly WaiverRow[]> {
  return await db.selectFrom('app.waiver').selectAll().where('release', '=', release).orderBy('id').execute();
}
