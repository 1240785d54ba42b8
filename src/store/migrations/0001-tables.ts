import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const immutable = [
  'release',
  'configuration',
  'policy',
  'run_event',
  'evidence',
  'decision',
  'switch',
  'audit',
] as const;

export const tables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
    for (const table of immutable) await sql.raw(protect(table)).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.integration (
     key text primary key, folder text not null, definition jsonb not null,
     next_run integer not null default 1, updated_at timestamptz not null)`,
  `create table app.release (
     id text primary key, integration text not null, commit text not null, version text not null,
     content text not null, manifest jsonb not null, definition jsonb not null, created_at timestamptz not null,
     unique (integration, commit), unique (integration, version))`,
  `create index release_content on app.release (integration, content)`,
  `create table app.configuration (digest text primary key, body jsonb not null)`,
  `create table app.policy (digest text primary key, body jsonb not null)`,
  `create table app.environment (
     integration text not null, name text not null, position integer not null, routes jsonb not null,
     generation integer not null, holder text, held_since timestamptz, next_deployment integer not null default 1,
     primary key (integration, name))`,
  `create table app.deployment (
     integration text not null, id text not null, environment text not null, release text not null,
     configuration text not null, policy text not null, preparation jsonb not null, state text not null, reason text,
     run text, replaces text, preview_port integer, created_at timestamptz not null, state_at timestamptz not null,
     warm_until timestamptz, primary key (integration, id))`,
  `create index deployment_environment on app.deployment (integration, environment, created_at desc)`,
  `create index deployment_running on app.deployment (integration) where state not in ('retired', 'failed')`,
  `create index deployment_run on app.deployment (run)`,
  `create table app.run (
     id text primary key, integration text not null, number integer not null, commit text not null, release text,
     "to" text not null, plan jsonb not null, definition jsonb not null, authors jsonb not null,
     requester text not null, note text, env jsonb not null, state text not null, reason text, waiting jsonb,
     cancel jsonb, attempt integer not null default 1, created_at timestamptz not null, ended_at timestamptz,
     unique (integration, number))`,
  `create index run_open on app.run (integration) where ended_at is null`,
  `create table app.stage (
     run text not null, index integer not null, name text not null, environment text, state text not null,
     verdict text, reason text, started_at timestamptz, ended_at timestamptz, memo jsonb, primary key (run, index))`,
  `create table app.run_event (
     seq bigint generated always as identity primary key, run text not null, body jsonb not null)`,
  `create index run_event_run on app.run_event (run, seq)`,
  `create table app.evidence (
     digest text primary key, kind text not null, run text not null, stage integer not null, release text,
     environment text, deployment text, body jsonb not null, at timestamptz not null)`,
  `create index evidence_run on app.evidence (run, stage)`,
  `create table app.decision (
     id bigint generated always as identity primary key, run text not null, stage integer not null,
     attempt integer not null, kind text not null, identity text not null, proven boolean not null, binding text,
     parts jsonb, detail jsonb not null, at timestamptz not null)`,
  `create index decision_run on app.decision (run, stage)`,
  `create table app.hold (
     id bigint generated always as identity primary key, integration text not null, release text not null,
     content text not null, environment text, reason text not null, identity text not null, at timestamptz not null,
     lifted_at timestamptz, lifted_by text, lifted_reason text)`,
  `create index hold_active on app.hold (integration) where lifted_at is null`,
  `create table app.switch (
     id bigint generated always as identity primary key, integration text not null, environment text not null,
     generation integer not null, "from" text, "to" text, cause text not null, run text, identity text not null,
     at timestamptz not null, unique (integration, environment, generation))`,
  `create table app.audit (
     id bigint generated always as identity primary key, at timestamptz not null, integration text,
     identity text not null, proven boolean not null, action text not null, subject text not null,
     detail jsonb not null)`,
  `create table app.capacity_waiter (
     integration text not null, environment text not null, run text not null, since timestamptz not null,
     primary key (integration, environment, run))`,
  `create table app.worker (id text primary key, beat timestamptz not null)`,
  `create function app.refuse_change() returns trigger language plpgsql as $$
     begin raise exception 'rows of app.% are never changed or removed', tg_table_name; end $$`,
];

function protect(table: string): string {
  return `create trigger immutable before update or delete or truncate on app.${table}
    for each statement execute function app.refuse_change()`;
}
