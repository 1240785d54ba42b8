import type { Selectable } from 'kysely';

import type { BegunMigration, MigrationPlace, ReleaseMigration } from '../core/migration.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { EnvironmentMigrationTable } from './tables/environments.ts';

export type EnvironmentMigrationRow = Selectable<EnvironmentMigrationTable>;

export interface NewMigration {
  readonly place: MigrationPlace;
  readonly digest: string;
  readonly migration: ReleaseMigration;
  /** Number of the first deployment that can be made after it begins. */
  readonly firstDeployment: number;
}

export async function insertMigration(
  db: Queries,
  { place, digest, migration, firstDeployment }: NewMigration,
): Promise<EnvironmentMigrationRow> {
  const { integration, environment, run, release } = place;
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
      first_deployment: firstDeployment,
      begun_at: new Date(),
      ended_at: null,
      outcome: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What a run began and did not come to end: it goes on as the same, with what may follow it from now on. */
export async function resumeMigration(
  db: Queries,
  { place: { integration, environment, run }, digest, firstDeployment }: NewMigration,
): Promise<EnvironmentMigrationRow | null> {
  const row = await db
    .updateTable('app.migration')
    .set({ first_deployment: firstDeployment })
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('run', '=', run)
    .where('digest', '=', digest)
    .where('outcome', 'is', null)
    .returningAll()
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
  { integration, environment }: Pick<MigrationPlace, 'integration' | 'environment'>,
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
    .select(['kind', 'run', 'first_deployment', 'outcome'])
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .orderBy('id')
    .execute();
  return rows.map(({ kind, run, first_deployment: firstDeployment, outcome }) => ({
    kind,
    run,
    firstDeployment,
    isDone: outcome === 'done',
  }));
}
