import { type Kysely, sql } from 'kysely';

import { DeployerError } from '../errors.ts';
import type { Tables } from './tables.ts';

/**
 * Throws `database_newer` when a later Deployer has brought the database to a form that this one does not know. One
 * that was started before that happened may go on: no migration takes away what the version before it reads or writes.
 */
export async function refuseNewer(
  db: Kysely<Tables>,
  { known, version }: { readonly known: readonly string[]; readonly version: string },
): Promise<void> {
  if (!(await hasMigrations(db))) return;
  const { rows } = await sql<{ name: string }>`select name from app.kysely_migration order by name`.execute(
    db,
  );
  const unknown = rows.map(({ name }) => name).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const writer = await lastVersion(db);
  const newer = writer === null ? 'a newer Deployer' : `Deployer ${writer}`;
  throw new DeployerError('database_newer', {
    message: `The database has a form that ${newer} knows, and this is ${version}, which does not know ${unknown.join(', ')}. Nothing was changed.`,
    hint: `Use ${newer} here as well   (its servers and workers go on, and take up what waits)`,
  });
}

/** Writes down a version that knows the form of the database: whichever came last will do for one that does not. */
export async function noteVersion(db: Kysely<Tables>, version: string): Promise<void> {
  if ((await lastVersion(db)) === version) return;
  // A comment takes no parameter.
  await sql`comment on table app.kysely_migration is ${sql.lit(`Deployer ${version}`)}`.execute(db);
}

async function lastVersion(db: Kysely<Tables>): Promise<string | null> {
  const { rows } = await sql<{ said: string | null }>`
    select obj_description('app.kysely_migration'::regclass, 'pg_class') as said`.execute(db);
  return /^Deployer (\S+)$/.exec(rows[0]?.said ?? '')?.[1] ?? null;
}

async function hasMigrations(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select to_regclass('app.kysely_migration') is not null as found`.execute(db);
  return rows[0]?.found === true;
}
