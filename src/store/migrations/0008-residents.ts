import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Components that exist once per environment. */
export const residents: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.resident (
     integration text not null, environment text not null, component text not null, port integer,
     current jsonb, since timestamptz, next jsonb, next_run text,
     primary key (integration, environment, component))`,
];
