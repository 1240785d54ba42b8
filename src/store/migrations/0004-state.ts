import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was changed in the data of environments. */
export const state: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.migration (
     id bigint generated always as identity primary key, integration text not null, environment text not null,
     digest text not null, body jsonb not null, kind text not null, run text not null, release text not null,
     first_deployment integer not null, begun_at timestamptz not null, ended_at timestamptz, outcome text)`,
  `create index migration_place on app.migration (integration, environment)`,
];
