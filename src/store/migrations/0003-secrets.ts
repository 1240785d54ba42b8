import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const secrets: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.secret_key (
     integration text primary key, source text not null, salt bytea, wrapped bytea not null,
     created_at timestamptz not null)`,
  `create table app.secret (
     integration text not null, path text not null, key text not null, version integer not null,
     sealed bytea not null, identity text not null, at timestamptz not null, revoked_at timestamptz,
     revoked_by text, revoked_reason text, primary key (integration, path, key, version))`,
  `create table app.secret_pin (
     run text not null, attempt integer not null, environment text not null, pins jsonb not null,
     at timestamptz not null, primary key (run, attempt, environment))`,
  `create trigger immutable before update or delete or truncate on app.secret_pin
     for each statement execute function app.refuse_change()`,
  `create function app.keep_secret() returns trigger language plpgsql as $$
     begin
       if old.revoked_at is null and new.revoked_at is not null
         and (new.integration, new.path, new.key, new.version, new.sealed, new.identity, new.at)
           = (old.integration, old.path, old.key, old.version, old.sealed, old.identity, old.at)
       then return new; end if;
       raise exception 'a version of a secret is never changed, only revoked';
     end $$`,
  `create trigger keep before update on app.secret for each row execute function app.keep_secret()`,
];
