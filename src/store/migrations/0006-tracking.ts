import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const tracking: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.tracker (
     integration text primary key, host text not null, repository text not null, folder text not null, remote text,
     branch text not null, identity text not null, proven boolean not null, env jsonb not null, polls boolean not null,
     since timestamptz not null, cursor text, looked_at timestamptz, trouble jsonb)`,
  `create table app.tracked_tip (
     id bigint generated always as identity primary key, integration text not null, branch text not null,
     "from" text, commit text not null, commits integer, rewritten boolean not null, outcome text not null, run text,
     reason text, hint text, at timestamptz not null)`,
  `create index tracked_tip_newest on app.tracked_tip (integration, id desc)`,
  `create trigger immutable before update or delete or truncate on app.tracked_tip
     for each statement execute function app.refuse_change()`,
  `create index run_commit on app.run (integration, commit)`,
];
