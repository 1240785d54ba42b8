import type { Selectable } from 'kysely';

import type { Actor } from '../core/pipeline/run.ts';
import type { Queries } from './database.ts';
import type { FreezeTable } from './tables/environments.ts';

export type FreezeRow = Selectable<FreezeTable>;

interface Place {
  readonly integration: string;
  readonly environment: string;
}

export interface NewFreeze extends Place {
  readonly reason: string;
  readonly until: Date | null;
  readonly by: Actor;
}

/** Freezes an environment. One that stands already has to be ended first. */
export async function insertFreeze(db: Queries, { by, ...freeze }: NewFreeze): Promise<FreezeRow> {
  return await db
    .insertInto('app.freeze')
    .values({
      ...freeze,
      identity: by.identity,
      at: new Date(),
      ended_at: null,
      ended_by: null,
      ended_reason: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The freeze that nobody has ended; it may be over by its own time. */
export async function standingFreeze(
  db: Queries,
  { integration, environment }: Place,
): Promise<FreezeRow | null> {
  const row = await db
    .selectFrom('app.freeze')
    .selectAll()
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

export async function endFreeze(
  db: Queries,
  { id }: FreezeRow,
  { by, reason }: { readonly by: Actor; readonly reason: string | null },
): Promise<void> {
  await db
    .updateTable('app.freeze')
    .set({ ended_at: new Date(), ended_by: by.identity, ended_reason: reason })
    .where('id', '=', id)
    .execute();
}
