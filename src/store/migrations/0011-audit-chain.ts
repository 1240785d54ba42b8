import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Each row of the audit is a link of a chain: its digest is over the row and the digest before it, so that a row that
 * was changed, removed or put in shows, whoever did it and by what means.
 *
 * A deferred trigger makes the link, when the transaction of the act commits: links are made one after the other, and
 * whoever waits for the one before already has every other lock that it needs.
 */
export const auditChain: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `create table app.audit_link (
     position bigint primary key, entry bigint not null unique, digest text not null)`,
  `create function app.audit_digest(previous text, entry app.audit) returns text stable language sql as $$
     select 'sha256:' || encode(sha256(convert_to(jsonb_build_array(
       previous, entry.id, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.integration,
       entry.identity, entry.proven, entry.action, entry.subject, entry.detail)::text, 'UTF8')), 'hex') $$`,
  // A row that is restored from a backup comes with its link.
  `create function app.link_audit() returns trigger language plpgsql as $$
     declare last app.audit_link;
     begin
       if exists (select from app.audit_link where entry = new.id) then return null; end if;
       perform pg_advisory_xact_lock(hashtext('deployer audit'));
       select * into last from app.audit_link order by position desc limit 1;
       insert into app.audit_link values (
         coalesce(last.position, 0) + 1, new.id, app.audit_digest(coalesce(last.digest, ''), new));
       return null;
     end $$`,
  `do $$
     declare
       row app.audit;
       position bigint := 0;
       digest text := '';
     begin
       for row in select * from app.audit order by id loop
         position := position + 1;
         digest := app.audit_digest(digest, row);
         insert into app.audit_link values (position, row.id, digest);
       end loop;
     end $$`,
  `create constraint trigger link after insert on app.audit deferrable initially deferred
     for each row execute function app.link_audit()`,
  `create trigger immutable before update or delete or truncate on app.audit_link
     for each statement execute function app.refuse_change()`,
  `create index audit_integration on app.audit (integration, id desc)`,
];
