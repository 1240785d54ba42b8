import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

import { DeployerError } from '../errors.ts';
import { tables } from './migrations/0001-tables.ts';
import { orderAndPolicy } from './migrations/0002-order-and-policy.ts';
import { secrets } from './migrations/0003-secrets.ts';
import { state } from './migrations/0004-state.ts';
import { retention } from './migrations/0005-retention.ts';
import { tracking } from './migrations/0006-tracking.ts';
import { hosts } from './migrations/0007-hosts.ts';
import { residents } from './migrations/0008-residents.ts';
import { hostSchedules } from './migrations/0009-host-schedules.ts';
import { knownMigrationsOfDeployments } from './migrations/0010-known-migrations.ts';
import { auditChain } from './migrations/0011-audit-chain.ts';
import { checklist } from './migrations/0012-checklist.ts';
import { documents } from './migrations/0013-documents.ts';
import { monitoring } from './migrations/0014-monitoring.ts';
import type { Tables } from './tables.ts';
import { noteVersion, refuseNewer } from './newer-database.ts';
import { refuseUnfinished } from './unfinished-restore.ts';

/** In order; a published one is never changed, only followed by another. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-tables': tables,
  '0002-order-and-policy': orderAndPolicy,
  '0003-secrets': secrets,
  '0004-state': state,
  '0005-retention': retention,
  '0006-tracking': tracking,
  '0007-hosts': hosts,
  '0008-residents': residents,
  '0009-host-schedules': hostSchedules,
  '0010-known-migrations': knownMigrationsOfDeployments,
  '0011-audit-chain': auditChain,
  '0012-checklist': checklist,
  '0013-documents': documents,
  '0014-monitoring': monitoring,
};

/** Names of the migrations that this version has. */
export const knownMigrations: readonly string[] = Object.keys(migrations);

/**
 * Brings schema `app` to this version, or to the migration `last`. Two servers at once: one migrates, the other waits
 * for it.
 */
export async function migrate(db: Kysely<Tables>, last: string | null = null): Promise<void> {
  await createSchema(db);
  await migrateTo(db, last);
}

/**
 * The same for a server or worker, which has no business in a database that is being restored, nor in one that a later
 * version has changed. @param version of this package
 */
export async function migrateForServer(db: Kysely<Tables>, version: string): Promise<void> {
  await createSchema(db, async (transaction) => {
    await refuseUnfinished(transaction);
    await refuseNewer(transaction, { known: knownMigrations, version });
  });
  await migrateTo(db, null);
  await noteVersion(db, version);
}

async function migrateTo(db: Kysely<Tables>, last: string | null): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: 'app',
  });
  const { error } = await (last === null ? migrator.migrateToLatest() : migrator.migrateTo(last));
  if (error !== undefined) {
    throw new DeployerError('database_failed', {
      message: 'The database could not be brought to this version of Deployer.',
      hint: 'Restore the database, or run the version of Deployer that wrote it.',
      cause: error,
    });
  }
}

/** Under a lock: `if not exists` alone lets two sessions try, of which one fails. */
async function createSchema(
  db: Kysely<Tables>,
  refuse: (db: Kysely<Tables>) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtext('deployer schema'))`.execute(transaction);
    await refuse(transaction);
    await sql`create schema if not exists app`.execute(transaction);
  });
}
