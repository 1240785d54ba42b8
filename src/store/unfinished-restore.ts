import { type Kysely, sql } from 'kysely';

import { DeployerError } from '../errors.ts';
import type { Tables } from './tables.ts';

/** The comment on schema `app` of a database that a restore has not filled yet. A text of SQL as it stands. */
export const unfinishedRestore = 'Deployer: being restored, or a restore was stopped in the middle';

/** Throws `restore_unfinished` for a database that only a restore may use. */
export async function refuseUnfinished(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ said: string | null }>`
    select obj_description(oid, 'pg_namespace') as said from pg_namespace where nspname = 'app'`.execute(db);
  if (rows[0]?.said !== unfinishedRestore) return;
  throw new DeployerError('restore_unfinished', {
    message:
      'A restore into the database that DEPLOYER_DATABASE_URL names has not ended: it is still going on, or was stopped.',
    hint: 'deployer restore <file> --replace   (does it whole)',
  });
}
