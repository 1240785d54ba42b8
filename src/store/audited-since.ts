import { sql } from 'kysely';

import type { AuditAction } from '../core/audit/audit-action.ts';
import type { Queries } from './database.ts';

/** An act on an integration, with its place in the chain of the audit, which is the order of commits. */
export interface AuditedAct {
  readonly position: string;
  readonly integration: string;
  readonly action: AuditAction;
  readonly subject: string;
  readonly identity: string;
  readonly at: Date;
}

/** Where the chain of the audit ends; `0`: it is empty. */
export async function auditPosition(db: Queries): Promise<string> {
  const row = await db
    .selectFrom('app.audit_link')
    .select('position')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.position ?? '0';
}

/** The newest acts on an integration after a position, in their order. */
export async function newestActs(
  db: Queries,
  {
    integration,
    after,
    limit,
  }: { readonly integration: string; readonly after: string; readonly limit: number },
): Promise<readonly AuditedAct[]> {
  const { rows } = await sql<AuditedAct>`
    select link.position, act.integration, act.action, act.subject, act.identity, act.at
    from app.audit as act join app.audit_link as link on link.entry = act.id
    where act.integration = ${integration} and link.position > ${after}
    order by act.id desc limit ${limit}`.execute(db);
  return rows.toReversed();
}

/** An integration, and where the newest act on it stands. */
export interface ActedOn {
  readonly integration: string;
  readonly position: string;
}

/**
 * So many integrations that something was done with after a position, the one that has been left alone longest first.
 * Whoever has seen to all of them up to one may go on from its position: the others have their newest acts after it.
 */
export async function integrationsSince(
  db: Queries,
  { position, limit }: { readonly position: string; readonly limit: number },
): Promise<readonly ActedOn[]> {
  const { rows } = await sql<ActedOn>`
    select act.integration, max(link.position) as position
    from app.audit_link as link join app.audit as act on act.id = link.entry
    where link.position > ${position} and act.integration is not null
    group by act.integration order by max(link.position) limit ${limit}`.execute(db);
  return rows;
}

/** The position before everything that was done since a time; null: nothing was. */
export async function positionBefore(db: Queries, time: Date): Promise<string | null> {
  const { rows } = await sql<{ position: string | null }>`
    select min(link.position) - 1 as position
    from app.audit as act join app.audit_link as link on link.entry = act.id where act.at >= ${time}`.execute(
    db,
  );
  return rows[0]?.position ?? null;
}

/** How far a host has seen the audit for its documents; null: it has never looked. */
export async function documentCursor(db: Queries, host: string): Promise<string | null> {
  const row = await db
    .selectFrom('app.document_cursor')
    .select('position')
    .where('host', '=', host)
    .executeTakeFirst();
  return row?.position ?? null;
}

export async function moveDocumentCursor(db: Queries, host: string, position: string): Promise<void> {
  await db
    .insertInto('app.document_cursor')
    .values({ host, position })
    .onConflict((conflict) => conflict.column('host').doUpdateSet({ position }))
    .execute();
}
