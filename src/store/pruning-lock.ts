import { DeployerError } from '../errors.ts';
import type { Database } from './database.ts';

/** Any number of backups at once, or one pruning: held by a session, so that it ends with whoever holds it. */
const lock = `hashtext('deployer pruning')`;

/** Keeps everything from being pruned meanwhile; waits for no pruning. */
export function withoutPruning<T>(database: Database, work: () => Promise<T>): Promise<T> {
  return holding(database, '_shared', work, {
    message: 'The server is pruning; a backup of that moment would lack what goes.',
    hint: 'Try again in a few minutes.',
  });
}

/** Prunes alone: beside no backup and no other pruning. */
export function asOnlyPruning<T>(database: Database, work: () => Promise<T>): Promise<T> {
  return holding(database, '', work, {
    message: 'A backup, or another pruning, is going on.',
    hint: 'Try again when it has ended: deployer prune',
  });
}

async function holding<T>(
  { pool }: Database,
  kind: '' | '_shared',
  work: () => Promise<T>,
  refusal: { readonly message: string; readonly hint: string },
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ held: boolean }>(
      `select pg_try_advisory_lock${kind}(${lock}) as held`,
    );
    if (rows[0]?.held !== true) throw new DeployerError('pruning_busy', refusal);
    try {
      return await work();
    } finally {
      await client
        .query(`select pg_advisory_unlock${kind}(${lock})`)
        .catch((error: Error) => (broken = error));
    }
  } finally {
    client.release(broken);
  }
}
