import type pg from 'pg';

import { isDatabaseFull } from './connection-lost.ts';

/** Whether a database has room to write. It is another machine's disk, maybe, so only the database can say. */
export interface Room {
  /** A statement found none. */
  readonly refused: () => void;
  /**
   * Whether it is short of room: since a statement was refused, until something can be written and no other one is
   * refused meanwhile. Asks the database only then. Throws when it does not answer.
   */
  isShort(): Promise<boolean>;
}

/**
 * Needs new pages of a table and of the catalogue, a few hundred kilobytes, as the work of a run does: what fits into
 * pages that are there already may go on being written. It is rolled back, so nothing of it stays.
 */
const trial = 'create table app.room_trial as select n from generate_series(1, 10000) as n';

export function roomIn(pool: pg.Pool): Room {
  let refusals = 0;
  let isShort = false;
  return {
    refused() {
      refusals += 1;
      isShort = true;
    },
    async isShort() {
      if (!isShort) return false;
      const before = refusals;
      await tryToWrite(pool);
      isShort = refusals !== before;
      return isShort;
    },
  };
}

/** Whoever owns the pool hears of a refusal. */
async function tryToWrite(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await client.query(trial);
  } catch (error) {
    if (!isDatabaseFull(error)) throw error;
  } finally {
    await client.query('rollback').catch((rollbackError: Error) => (broken = rollbackError));
    client.release(broken);
  }
}
