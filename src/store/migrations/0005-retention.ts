import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const retention: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.schedule (
     name text primary key, cron text not null, time_zone text not null, next_at timestamptz, started_at timestamptz,
     ended_at timestamptz, worker text, missed integer not null default 0, ok boolean, summary text, findings jsonb)`,
  // Releases are immutable: that one is pruned stands beside it.
  `create table app.pruned_release (release text primary key, at timestamptz not null)`,
  `alter table app.deployment add column pruned_at timestamptz`,
  `alter table app.run add column logs_pruned_at timestamptz`,
  // What went on in an environment before a backup of it was restored, as long as it is not settled.
  `alter table app.environment add column restored jsonb`,
  // Lines of a log, and nothing else, may go, and only in a transaction that says that it prunes.
  `create function app.refuse_unless_pruning() returns trigger language plpgsql as $$
     begin
       if current_setting('deployer.pruning', true) = 'on' then
         if tg_level = 'STATEMENT' then return null; end if;
         if old.body->>'type' = 'log' then return old; end if;
       end if;
       raise exception 'rows of app.% are never changed or removed', tg_table_name;
     end $$`,
  `drop trigger immutable on app.run_event`,
  `create trigger immutable before update or truncate on app.run_event
     for each statement execute function app.refuse_change()`,
  `create trigger pruned before delete on app.run_event
     for each statement execute function app.refuse_unless_pruning()`,
  `create trigger pruned_row before delete on app.run_event
     for each row execute function app.refuse_unless_pruning()`,
];
