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
    await linkOlder(db);
    for (const statement of statementsAfter) await sql.raw(statement).execute(db);
  },
};

/** So many rows at once, that no statement takes longer than one may. */
const linkedAtOnce = 20_000;

async function linkOlder(db: Kysely<unknown>): Promise<void> {
  let linked: string | undefined;
  while (linked !== '0') {
    const { rows } = await sql<{ linked: string }>`select app.link_older(${linkedAtOnce}) as linked`.execute(
      db,
    );
    linked = rows[0]?.linked;
  }
}

const statements: readonly string[] = [
  // Until this transaction ends nobody else writes: what they would add had no link.
  'lock table app.audit in share row exclusive mode',
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
  `create function app.link_older(at_most integer) returns bigint language plpgsql as $$
     declare
       act app.audit;
       last app.audit_link;
       linked bigint := 0;
     begin
       select * into last from app.audit_link order by position desc limit 1;
       for act in select * from app.audit where id > coalesce(last.entry, 0) order by id limit at_most loop
         last := row(coalesce(last.position, 0) + 1, act.id, app.audit_digest(coalesce(last.digest, ''), act));
         insert into app.audit_link values (last.*);
         linked := linked + 1;
       end loop;
       return linked;
     end $$`,
];

const statementsAfter: readonly string[] = [
  'drop function app.link_older',
  `create constraint trigger link after insert on app.audit deferrable initially deferred
     for each row execute function app.link_audit()`,
  `create trigger immutable before update or delete or truncate on app.audit_link
     for each statement execute function app.refuse_change()`,
  `create index audit_integration on app.audit (integration, id desc)`,
];
