import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';

import { createPool } from './pool.ts';
import { type Room, roomIn } from './room.ts';
import type { Tables } from './tables.ts';

/** What queries are written against: the pool, or the connection of one transaction. */
export type Queries = Kysely<Tables>;

/** One transaction: our queries and the engine's messages that must commit with them go through `client`. */
export interface Transaction {
  readonly db: Queries;
  readonly client: pg.PoolClient;
}

export interface Database {
  readonly db: Queries;
  readonly pool: pg.Pool;
  /** For locks that are held while work goes on, which needs connections of `pool`. */
  readonly locks: pg.Pool;
  /** Whether it can be written to. */
  readonly room: Room;
  /** Commits when `work` returns, rolls back when it throws. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openDatabase(connectionString: string): Database {
  const onFull = (): void => room.refused();
  const pool = createPool({ connectionString, max: 12, onFull });
  const locks = createPool({ connectionString, max: 16, onFull });
  const room = roomIn(pool);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    locks,
    room,
    transaction: (work) => inTransaction(pool, work),
    async close() {
      await Promise.all([db.destroy(), locks.end()]);
    },
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work({ db: onConnection(client), client });
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => (broken = rollbackError));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Kysely on one connection that somebody else opens, commits and gives back. */
export function onConnection(client: pg.PoolClient): Queries {
  const borrowed = {
    query: client.query.bind(client),
    release: () => {
      // Given back by whoever began the transaction.
    },
  };
  const dialect = new PostgresDialect({
    pool: async () => ({
      connect: () => Promise.resolve(borrowed as never),
      end: () => Promise.resolve(),
      options: {},
    }),
  });
  return new Kysely<Tables>({ dialect });
}
