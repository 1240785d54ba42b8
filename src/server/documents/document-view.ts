import {
  documentFormats,
  type DocumentFormat,
  type DocumentView,
  type RevisionsView,
  type RevisionView,
} from '../../api/views/documents.ts';
import type { DeploymentDocument } from '../../core/document/document.ts';
import { causeText } from '../../core/document/revision.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { documentHtml } from '../../documents/html/document.ts';
import { documentMarkdown } from '../../documents/markdown.ts';
import { isHere } from '../../engine/elsewhere.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { DeployerError } from '../../errors.ts';
import { deployerItself } from '../../store/audit.ts';
import type { Queries } from '../../store/database.ts';
import {
  type DocumentRevisionRow,
  findRevision,
  listRevisions,
  newestRevision,
  type RevisionHead,
} from '../../store/documents.ts';
import { hostOfIntegration } from '../../store/environments.ts';
import { iso } from '../../store/json.ts';
import { type Revised, reviseDocument } from '../../revisions/revise.ts';

export interface DocumentQuestion {
  readonly integration: string;
  readonly format: DocumentFormat;
  /** Null: as it is now. */
  readonly revision: number | null;
  /** Null: whoever asks has not said. */
  readonly by: Actor | null;
}

export async function documentView(
  parts: EngineParts,
  { integration, format, revision, by }: DocumentQuestion,
  signal: AbortSignal,
): Promise<DocumentView> {
  if (revision !== null) return await storedView(parts.database.db, { integration, format, revision });
  const { db } = parts.database;
  // What it is written from is at its host; that keeps its document true, and any host can show it.
  if (!isHere(parts, await hostOfIntegration(db, integration))) {
    const newest = await newestRevision(db, integration);
    if (newest !== null) return await storedView(db, { integration, format, revision: newest.number });
  }
  return viewOf(await reviseDocument(parts, { integration, by: by ?? deployerItself }, signal), format);
}

/** A document with its revision, in a format. */
export function viewOf({ head, document, isNew }: Revised, format: DocumentFormat): DocumentView {
  return {
    ...revisionView(head),
    isNew,
    content: rendered(document, head, format),
    document: format === 'json' ? document : null,
  };
}

async function storedView(
  db: Queries,
  { integration, format, revision }: { integration: string; format: DocumentFormat; revision: number },
): Promise<DocumentView> {
  const { body, ...head } = await revisionOf(db, integration, revision);
  return viewOf({ head, document: body, isNew: false }, format);
}

export async function revisionOf(
  db: Queries,
  integration: string,
  revision: number,
): Promise<DocumentRevisionRow> {
  const found = await findRevision(db, integration, revision);
  if (found !== null) return found;
  const newest = await newestRevision(db, integration);
  throw new DeployerError('document_missing', {
    message:
      newest === null
        ? `${integration} has no deployment document yet.`
        : `The document of ${integration} has no revision ${revision}; the newest one is ${newest.number}.`,
    hint: newest === null ? 'deployer document' : 'deployer document --history',
  });
}

function rendered(document: DeploymentDocument, head: RevisionHead, format: DocumentFormat): string | null {
  const { number, at, causes } = head;
  const provenance = { revision: number, at: iso(at), causes: causes.map(causeText) };
  switch (format) {
    case 'md':
      return documentMarkdown(document, provenance);
    case 'html':
      return documentHtml(document, provenance);
    case 'json':
      return null;
  }
}

export async function revisionsView(
  db: Queries,
  integration: string,
  after: number | null,
): Promise<RevisionsView> {
  const rows = await listRevisions(db, integration, after);
  const last = rows.at(-1);
  return {
    revisions: rows.map(revisionView),
    next: last === undefined || last.number === 1 ? null : String(last.number),
  };
}

export function revisionView({
  integration,
  number,
  at,
  identity,
  causes,
  digest,
}: RevisionHead): RevisionView {
  return { integration, revision: number, at: iso(at), by: identity, causes, digest };
}

export function formatIn(text: string | null): DocumentFormat {
  const format = documentFormats.find((each) => each === (text ?? 'md'));
  if (format !== undefined) return format;
  throw new DeployerError('usage', {
    message: `There is no format "${text ?? ''}".`,
    hint: `Choose one of ${documentFormats.join(', ')}.`,
    path: 'format',
  });
}
