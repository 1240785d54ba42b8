import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const orderAndPolicy: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `alter table app.run add column branch text`,
  `alter table app.deployment add column judged_by text`,
  `update app.deployment set judged_by = policy`,
  `alter table app.deployment alter column judged_by set not null`,
  `create table app.freeze (
     id bigint generated always as identity primary key, integration text not null, environment text not null,
     reason text not null, identity text not null, at timestamptz not null, until timestamptz,
     ended_at timestamptz, ended_by text, ended_reason text)`,
  `create unique index freeze_active on app.freeze (integration, environment) where ended_at is null`,
];
