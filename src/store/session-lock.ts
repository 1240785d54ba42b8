import type pg from 'pg';

import { pause } from '../lib/pause.ts';

const lookMs = 250;

export interface SessionLock {
  /** The lock has one holder among all that use the database; or, `shared`, several, but none that has it alone. */
  readonly name: string;
  readonly shared?: boolean;
  /** Called once, before it is waited for, when others have it. */
  readonly whenTaken?: () => Promise<void>;
}

/**
 * Does `work` while this process has a lock, and waits for it. The lock belongs to a connection: it goes with the
 * process, or with the connection, and the signal given to `work` aborts in that case.
 */
export async function withSessionLock<T>(
  pool: pg.Pool,
  lock: SessionLock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await onOwnConnection(pool, async (client, lost) => {
    const either = AbortSignal.any([signal, lost]);
    if (!(await tryLock(client, lock))) {
      await lock.whenTaken?.();
      do await pause(lookMs, either);
      while (!(await tryLock(client, lock)));
    }
    return await work(either);
  });
}

/** What is thrown for a lock that others have, and for one that was lost before the work was done. */
export interface LockRefusals {
  readonly busy: () => Error;
  readonly lost: (cause: unknown) => Error;
}

/**
 * Without waiting: throws `busy` when others have the lock. The signal given to `work` aborts when the lock is lost,
 * and what comes of the work then is `lost`.
 */
export async function withFreeSessionLock<T>(
  pool: pg.Pool,
  lock: SessionLock,
  refusals: LockRefusals,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  return await onOwnConnection(pool, async (client, lost) => {
    if (!(await tryLock(client, lock))) throw refusals.busy();
    let done: T;
    try {
      done = await work(lost);
    } catch (error) {
      throw lost.aborted ? refusals.lost(lost.reason) : error;
    }
    // A connection that breaks silently tells nobody: it has to be asked.
    await client.query('select 1').catch((error: unknown) => {
      throw refusals.lost(error);
    });
    return done;
  });
}

/** Without waiting: does nothing when others have the lock. */
export async function ifSessionLockIsFree(
  pool: pg.Pool,
  lock: SessionLock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await onOwnConnection(pool, async (client, lost) => {
    if (await tryLock(client, lock)) await work(AbortSignal.any([signal, lost]));
  });
}

async function onOwnConnection<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const lost = new AbortController();
  const lose = (error: Error): void => lost.abort(error);
  client.on('error', lose);
  try {
    return await work(client, lost.signal);
  } finally {
    client.off('error', lose);
    // With the connection goes the lock, whatever state either is in.
    client.release(true);
  }
}

async function tryLock(client: pg.PoolClient, { name, shared = false }: SessionLock): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock${shared ? '_shared' : ''}(hashtextextended($1, 0)) as locked`,
    [name],
  );
  return rows[0]?.locked === true;
}
