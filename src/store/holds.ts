import type { Selectable } from 'kysely';

import type { Actor } from '../core/pipeline/run.ts';
import type { Queries } from './database.ts';
import type { ReleaseRow } from './releases.ts';
import type { HoldTable } from './tables/environments.ts';

export type HoldRow = Selectable<HoldTable>;

export interface NewHold {
  /** Null: every environment. */
  readonly environment: string | null;
  readonly reason: string;
  readonly by: Actor;
}

/** Puts a release on hold. False: one stands already for the same environment, and stays as it is. */
export async function insertHold(db: Queries, release: ReleaseRow, hold: NewHold): Promise<boolean> {
  if ((await standingHold(db, release, hold)) !== null) return false;
  await db
    .insertInto('app.hold')
    .values({
      integration: release.integration,
      release: release.id,
      content: release.content,
      environment: hold.environment,
      reason: hold.reason,
      identity: hold.by.identity,
      at: new Date(),
      lifted_at: null,
      lifted_by: null,
      lifted_reason: null,
    })
    .execute();
  return true;
}

/** A reason that is given anew counts from then on; the former one stays in the record, as lifted. */
export async function renewHold(db: Queries, release: ReleaseRow, hold: NewHold): Promise<void> {
  const standing = await standingHold(db, release, hold);
  if (standing?.reason === hold.reason) return;
  if (standing !== null) {
    const lifted = {
      lifted_at: new Date(),
      lifted_by: hold.by.identity,
      lifted_reason: 'held for another reason',
    };
    await db.updateTable('app.hold').set(lifted).where('id', '=', standing.id).execute();
  }
  await insertHold(db, release, hold);
}

async function standingHold(
  db: Queries,
  { id, integration }: ReleaseRow,
  { environment }: NewHold,
): Promise<HoldRow | null> {
  const standing = await activeHolds(db, integration);
  return standing.find((hold) => hold.release === id && hold.environment === environment) ?? null;
}

export async function activeHolds(db: Queries, integration: string): Promise<readonly HoldRow[]> {
  return await db
    .selectFrom('app.hold')
    .selectAll()
    .where('integration', '=', integration)
    .where('lifted_at', 'is', null)
    .orderBy('at')
    .execute();
}

/** Lifts the holds of a release (and of equal content) in one environment, or all of them. Returns how many. */
export async function liftHolds(db: Queries, release: ReleaseRow, lift: NewHold): Promise<number> {
  let query = db
    .updateTable('app.hold')
    .set({ lifted_at: new Date(), lifted_by: lift.by.identity, lifted_reason: lift.reason })
    .where('integration', '=', release.integration)
    .where('content', '=', release.content)
    .where('lifted_at', 'is', null);
  if (lift.environment !== null) query = query.where('environment', '=', lift.environment);
  const { numUpdatedRows } = await query.executeTakeFirst();
  return Number(numUpdatedRows);
}
