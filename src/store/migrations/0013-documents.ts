import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Revisions of deployment documents, and what they are written from that no release has. */
export const documents: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.document_revision (
     integration text not null, number integer not null, at timestamptz not null, digest text not null,
     causes jsonb not null, identity text not null, proven boolean not null, summary jsonb not null,
     body jsonb not null, audited bigint not null,
     primary key (integration, number))`,
  `create trigger immutable before update or delete or truncate on app.document_revision
     for each statement execute function app.refuse_change()`,
  // Files as somebody gave them to the server; bytes, because a text of PostgreSQL cannot have everything.
  `create table app.document_draft (
     integration text primary key, folder text not null, spec bytea not null, answers bytea, questions bytea,
     identity text not null, proven boolean not null, at timestamptz not null)`,
  // Up to where a host has seen the audit of what is in its care.
  `create table app.document_cursor (host text primary key, position bigint not null)`,
];
