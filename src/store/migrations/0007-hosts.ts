import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Environments, runs and workers belong to a host. Whose they are that were there before, the first host to start says.
 */
export const hosts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.host (
     id text primary key, name text not null, home text not null, seen_at timestamptz not null, converging text)`,
  `delete from app.worker`,
  `alter table app.worker add column host text not null`,
  `alter table app.worker add column kind text not null`,
  `alter table app.worker add column pid integer not null`,
  `alter table app.worker add column machine text not null`,
  `alter table app.worker add column version text not null`,
  `alter table app.worker add column started_at timestamptz not null`,
  `alter table app.worker add column doing jsonb not null`,
  `alter table app.environment add column host text`,
  `alter table app.environment add column trouble jsonb not null default '[]'`,
  `alter table app.run add column host text`,
];
