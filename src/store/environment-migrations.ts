import { type Selectable, sql } from 'kysely';

import type {
  BegunMigration,
  BroughtMigration,
  MigrationContext,
  ReleaseMigration,
} from '../core/releases/migration.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { EnvironmentMigrationTable } from './tables/environments.ts';

export type EnvironmentMigrationRow = Selectable<EnvironmentMigrationTable>;

export interface NewMigration {
  readonly at: MigrationContext;
  readonly digest: string;
  readonly migration: ReleaseMigration;
}

export async function insertMigration(
  db: Queries,
  { at, digest, migration }: NewMigration,
): Promise<EnvironmentMigrationRow> {
  const { integration, environment, run, release } = at;
  return await db
    .insertInto('app.migration')
    .values({
      integration,
      environment,
      digest,
      body: json(migration),
      kind: migration.kind,
      run,
      release,
      begun_at: new Date(),
      ended_at: null,
      outcome: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What a run began and did not come to end: it goes on as the same. */
export async function resumeMigration(
  db: Queries,
  { at: { integration, environment, run }, digest }: NewMigration,
): Promise<EnvironmentMigrationRow | null> {
  const row = await db
    .selectFrom('app.migration')
    .selectAll()
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('run', '=', run)
    .where('digest', '=', digest)
    .where('outcome', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

export async function endMigration(
  db: Queries,
  id: string,
  outcome: NonNullable<EnvironmentMigrationRow['outcome']>,
): Promise<void> {
  await db.updateTable('app.migration').set({ outcome, ended_at: new Date() }).where('id', '=', id).execute();
}

/** The run in which an environment took a migration; null: none has brought it to its end. */
export async function migrationDoneIn(
  db: Queries,
  { integration, environment }: Pick<MigrationContext, 'integration' | 'environment'>,
  digest: string,
): Promise<string | null> {
  const row = await db
    .selectFrom('app.migration')
    .select('run')
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('digest', '=', digest)
    .where('outcome', '=', 'done')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row?.run ?? null;
}

/** Everything that was ever begun in an environment, oldest first. */
export async function begunMigrations(
  db: Queries,
  integration: string,
  environment: string,
): Promise<readonly BegunMigration[]> {
  const rows = await db
    .selectFrom('app.migration')
    .select(['digest', 'kind', 'run', 'outcome'])
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .orderBy('id')
    .execute();
  return rows.map(({ digest, kind, run, outcome }) => ({ digest, kind, run, isDone: outcome === 'done' }));
}

/** The one-way migrations begun in an environment, each with the commits of all releases that bring it. */
export async function oneWayMigrations(
  db: Queries,
  integration: string,
  environment: string,
): Promise<readonly BroughtMigration[]> {
  return await db
    .selectFrom('app.migration as begun')
    .innerJoin('app.release as release', (join) =>
      join
        .onRef('release.integration', '=', 'begun.integration')
        .on(sql`release.manifest -> 'migration'`, '=', sql.ref('begun.body')),
    )
    .select(['begun.digest', sql<string[]>`array_agg(distinct release.commit)`.as('commits')])
    .where('begun.integration', '=', integration)
    .where('begun.environment', '=', environment)
    .where('begun.kind', '<>', 'expand')
    .groupBy('begun.digest')
    .execute();
}
