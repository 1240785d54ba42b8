import { type Selectable, sql } from 'kysely';

import type { DeploymentDocument } from '../core/document/document.ts';
import { mostCauses, type RevisionCause, standingOf } from '../core/document/revision.ts';
import type { DocumentSummary } from '../core/document/summary.ts';
import type { Actor } from '../core/pipeline/run.ts';
import { type AuditedAct, newestActs } from './audited-since.ts';
import type { Queries } from './database.ts';
import { iso, json } from './json.ts';
import type { DocumentDraftTable, DocumentRevisionTable } from './tables/documents.ts';

export type DocumentRevisionRow = Selectable<DocumentRevisionTable>;
/** A revision without the document itself. */
export type RevisionHead = Omit<DocumentRevisionRow, 'body' | 'summary'>;
export type IndexedRevision = Omit<DocumentRevisionRow, 'body'>;
export type DocumentDraftRow = Selectable<DocumentDraftTable>;

const headColumns = [
  'integration',
  'number',
  'at',
  'digest',
  'causes',
  'identity',
  'proven',
  'audited',
] as const;

export interface NewRevision {
  readonly integration: string;
  /** Number of the newest revision before anything was looked at; 0: there was none. */
  readonly begun: number;
  readonly digest: string;
  /** What made it, where nobody has done anything since the one before. */
  readonly cause: RevisionCause;
  readonly audited: string;
  readonly by: Actor;
  readonly summary: DocumentSummary;
  readonly body: DeploymentDocument;
  readonly at: Date;
}

/**
 * Stores a revision unless the newest one says the same; returns the newest one, and whether it is new. Null: another
 * one was stored since this was begun, and nothing is. Call it in a transaction: two at once are one, or one is null.
 */
export async function saveRevision(
  db: Queries,
  { integration, begun, digest, cause, audited, by, summary, body, at }: NewRevision,
): Promise<{ readonly row: RevisionHead; readonly isNew: boolean } | null> {
  await sql`select pg_advisory_xact_lock(hashtext('deployer document'), hashtext(${integration}))`.execute(
    db,
  );
  const newest = await newestRevision(db, integration);
  const standing = standingOf(newest, { begun, digest });
  if (standing === 'overtaken') return null;
  if (newest !== null && standing === 'the same') return { row: newest, isNew: false };
  const acts = await newestActs(db, { integration, after: newest?.audited ?? '0', limit: mostCauses });
  const causes = acts.length === 0 ? [cause] : acts.map(causeOf);
  const row = await db
    .insertInto('app.document_revision')
    .values({
      integration,
      number: (newest?.number ?? 0) + 1,
      at,
      digest,
      causes: json(causes),
      identity: by.identity,
      proven: by.proven,
      summary: json(summary),
      body: json(body),
      audited,
    })
    .returning(headColumns)
    .executeTakeFirstOrThrow();
  return { row, isNew: true };
}

function causeOf({ action, subject, identity, at }: AuditedAct): RevisionCause {
  return { what: action, subject, by: identity, at: iso(at) };
}

export async function newestRevision(db: Queries, integration: string): Promise<RevisionHead | null> {
  const row = await db
    .selectFrom('app.document_revision')
    .select(headColumns)
    .where('integration', '=', integration)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Null: there is no such revision. */
export async function findRevision(
  db: Queries,
  integration: string,
  number: number,
): Promise<DocumentRevisionRow | null> {
  const row = await db
    .selectFrom('app.document_revision')
    .selectAll()
    .where('integration', '=', integration)
    .where('number', '=', number)
    .executeTakeFirst();
  return row ?? null;
}

const pageSize = 50;

/** Newest first; `before` is the number that the page before ended with. */
export async function listRevisions(
  db: Queries,
  integration: string,
  before: number | null,
): Promise<readonly RevisionHead[]> {
  let query = db
    .selectFrom('app.document_revision')
    .select(headColumns)
    .where('integration', '=', integration);
  if (before !== null) query = query.where('number', '<', before);
  return await query.orderBy('number', 'desc').limit(pageSize).execute();
}

export async function saveDraft(db: Queries, draft: DocumentDraftRow): Promise<void> {
  const { integration: _, ...changed } = draft;
  await db
    .insertInto('app.document_draft')
    .values(draft)
    .onConflict((conflict) => conflict.column('integration').doUpdateSet(changed))
    .execute();
}

export async function findDraft(db: Queries, integration: string): Promise<DocumentDraftRow | null> {
  const row = await db
    .selectFrom('app.document_draft')
    .selectAll()
    .where('integration', '=', integration)
    .executeTakeFirst();
  return row ?? null;
}

/** The newest revision of each integration, by key, so many after `after`. */
export async function newestRevisions(
  db: Queries,
  after: string,
  limit: number,
): Promise<readonly IndexedRevision[]> {
  return await db
    .selectFrom('app.document_revision')
    .distinctOn('integration')
    .select([...headColumns, 'summary'])
    .where('integration', '>', after)
    .orderBy('integration')
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
}

/** Keys of everything that has a document: what was shipped, and what was only described. */
export async function documentedIntegrations(db: Queries): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`
    select key from app.integration union select integration from app.document_draft order by key`.execute(
    db,
  );
  return rows.map(({ key }) => key);
}
