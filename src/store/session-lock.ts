import type pg from 'pg';

import { pause } from '../lib/pause.ts';

const lookMs = 250;

/**
 * Does `work` while this process alone has the lock of that name, among all that use the database. The lock belongs to
 * a connection: it goes with the process, or with the connection, and the signal given to `work` aborts in that case.
 */
export async function withSessionLock<T>(
  pool: pg.Pool,
  name: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const lost = new AbortController();
  const lose = (error: Error): void => lost.abort(error);
  client.on('error', lose);
  try {
    while (!(await tryLock(client, name))) await pause(lookMs, AbortSignal.any([signal, lost.signal]));
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    client.off('error', lose);
    // With the connection goes the lock, whatever state either is in.
    client.release(true);
  }
}

async function tryLock(client: pg.PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [name],
  );
  return rows[0]?.locked === true;
}
