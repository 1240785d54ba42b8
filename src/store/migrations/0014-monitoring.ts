import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How the alerts of environments stand, and who is to be told of what. */
export const monitoring: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  // `monitoring`: digest of the section of the definition that the rule is of.
  `create table app.alert (
     integration text not null, environment text not null, metric text not null, threshold double precision not null,
     monitoring text not null, release text not null, deployment text, state text not null, since timestamptz not null,
     value double precision, reason text not null, looked_at timestamptz not null,
     figures_at timestamptz,
     primary key (integration, environment, metric))`,
  // An outbox: what is decided is sent, though whoever decided it may not live to send it.
  `create table app.notification (
     id uuid primary key, event text not null, receiver text not null, kind text not null, integration text not null,
     environment text not null, body jsonb not null, created_at timestamptz not null, deadline timestamptz not null,
     attempts integer not null default 0, next_at timestamptz, delivered_at timestamptz, status integer,
     last_error text, unique (event, receiver))`,
  `create index notification_due on app.notification (next_at) where next_at is not null`,
  `create index notification_environment on app.notification (integration, environment, receiver, created_at desc)`,
  `create index notification_done on app.notification (integration, created_at) where next_at is null`,
  `create index notification_failing on app.notification (created_at desc)
     where delivered_at is null and last_error is not null and kind <> 'test'`,
  `create index alert_firing on app.alert (since desc) where state = 'firing'`,
];
