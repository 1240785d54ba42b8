import { DeployerError } from '../errors.ts';
import type { Database } from './database.ts';
import { withFreeSessionLock } from './session-lock.ts';

/**
 * Of one home any number of backups at once, or one pruning: held by a session, so that it ends with whoever holds it.
 * What another host prunes are files that no backup of this home has.
 */
function nameOf(host: string): string {
  return `deployer pruning ${host}`;
}

/** Keeps everything from being pruned meanwhile; waits for no pruning. */
export async function withoutPruning<T>(
  { locks }: Database,
  host: string,
  work: () => Promise<T>,
): Promise<T> {
  const refusal = {
    message: 'The server is pruning; a backup of that moment would lack what goes.',
    hint: 'Try again in a few minutes.',
  };
  return await withFreeSessionLock(locks, { name: nameOf(host), shared: true }, () => busy(refusal), work);
}

/** Prunes alone: beside no backup and no other pruning. */
export async function asOnlyPruning<T>(
  { locks }: Database,
  host: string,
  work: () => Promise<T>,
): Promise<T> {
  const refusal = {
    message: 'A backup, or another pruning, is going on.',
    hint: 'Try again when it has ended: deployer prune',
  };
  return await withFreeSessionLock(locks, { name: nameOf(host) }, () => busy(refusal), work);
}

function busy(refusal: { readonly message: string; readonly hint: string }): DeployerError {
  return new DeployerError('pruning_busy', refusal);
}
