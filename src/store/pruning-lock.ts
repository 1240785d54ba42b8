import { DeployerError } from '../errors.ts';
import type { Database } from './database.ts';
import { type LockRefusals, withFreeSessionLock } from './session-lock.ts';

/**
 * Of one home any number of backups at once, or one pruning: held by a session, so that it ends with whoever holds it.
 * What another host prunes are files that no backup of this home has.
 */
function nameOf(host: string): string {
  return `deployer pruning ${host}`;
}

/** Keeps everything from being pruned meanwhile, until `lost` aborts; waits for no pruning. */
export async function withoutPruning<T>(
  { locks }: Database,
  host: string,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const refusals: LockRefusals = {
    busy: () =>
      new DeployerError('pruning_busy', {
        message: 'The server is pruning; a backup of that moment would lack what goes.',
        hint: 'Try again in a few minutes.',
      }),
    lost: (cause) =>
      new DeployerError('backup_failed', {
        message: 'The database went away for a moment, and from then on nothing kept pruning from beginning.',
        hint: 'Try again: the same deployer backup',
        cause,
      }),
  };
  return await withFreeSessionLock(locks, { name: nameOf(host), shared: true }, refusals, work);
}

/** Prunes alone: beside no backup and no other pruning, until `lost` aborts. */
export async function asOnlyPruning<T>(
  { locks }: Database,
  host: string,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const refusals: LockRefusals = {
    busy: () =>
      new DeployerError('pruning_busy', {
        message: 'A backup, or another pruning, is going on.',
        hint: 'Try again when it has ended: deployer prune',
      }),
    lost: (cause) =>
      new DeployerError('database_failed', {
        message:
          'The database went away for a moment, and from then on nothing kept a backup from beginning.',
        hint: 'What was not removed goes with the next pruning: deployer prune',
        cause,
      }),
  };
  return await withFreeSessionLock(locks, { name: nameOf(host) }, refusals, work);
}
