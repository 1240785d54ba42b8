import { sql } from 'kysely';

import type { Queries } from './database.ts';

/** The time on which all hosts agree, in milliseconds since the epoch. */
export async function databaseNowMs(db: Queries): Promise<number> {
  const { rows } = await sql<{ ms: string }>`
    select extract(epoch from clock_timestamp()) * 1000 as ms`.execute(db);
  return Number(rows[0]?.ms);
}
