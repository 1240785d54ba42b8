import type { EdgeRef } from '../../core/switching/edge.ts';
import { ifSessionLockIsFree, type SessionLock, withSessionLock } from '../../store/session-lock.ts';
import type { Places } from '../parts.ts';

type Locking = Pick<Places, 'database'>;

/** Does `work` while nobody else starts or ends a resident of the environment, whatever became of who did. */
export async function whileAlone<T>(
  { database }: Locking,
  ref: EdgeRef,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await withSessionLock(database.locks, lockOf(ref), signal, work);
}

/** The same, left out when somebody else does. */
export async function ifAlone(
  { database }: Locking,
  ref: EdgeRef,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await ifSessionLockIsFree(database.locks, lockOf(ref), signal, work);
}

export function lockOf({ integration, environment }: EdgeRef): SessionLock {
  return { name: `deployer residents ${integration}/${environment}` };
}
