import { contentOf } from '../core/document/content.ts';
import type { DeploymentDocument } from '../core/document/document.ts';
import { documentOf } from '../core/document/document-of.ts';
import type { RevisionCause } from '../core/document/revision.ts';
import { summaryOf } from '../core/document/summary.ts';
import { dateOf } from '../core/clock.ts';
import { redactData } from '../core/secrets/redaction.ts';
import type { Actor } from '../core/pipeline/run.ts';
import type { EngineParts } from '../engine/parts.ts';
import { digestOf } from '../lib/canonical-json.ts';
import { auditPosition } from '../store/audited-since.ts';
import { newestRevision, type RevisionHead, saveRevision } from '../store/documents.ts';
import type { Transaction } from '../store/database.ts';
import { documentFacts } from './document-facts.ts';

export interface Revising {
  readonly integration: string;
  /** Why it is written, where nobody has done anything since the newest revision. @default somebody looked */
  readonly cause?: RevisionCause['what'];
  readonly by: Actor;
}

export interface Revised {
  readonly head: RevisionHead;
  /** As it is now, with the times of now: also when no revision was needed. */
  readonly document: DeploymentDocument;
  readonly isNew: boolean;
}

/** Writes the document as it is now, and keeps it when it says anything that the newest revision does not. */
export async function reviseDocument(
  parts: EngineParts,
  revising: Revising,
  signal: AbortSignal,
): Promise<Revised> {
  for (;;) {
    const revised = await writtenNow(parts, revising, signal);
    if (revised !== null) return revised;
    signal.throwIfAborted();
  }
}

/** Null: another one was kept meanwhile, which this may know less than. Each time that is one revision more. */
async function writtenNow(
  parts: EngineParts,
  { integration, cause = 'check', by }: Revising,
  signal: AbortSignal,
): Promise<Revised | null> {
  const begun = (await newestRevision(parts.database.db, integration))?.number ?? 0;
  // What is done from here on may be in the document already, and is for the next revision all the same.
  const audited = await auditPosition(parts.database.db);
  // Somebody may have typed a value of a secret as an answer. A revision stays for ever: where values cannot be read,
  // so that nothing could be kept from showing them, none is made.
  const redactor = await parts.secrets.redactor(integration);
  const facts = await documentFacts(parts, { integration, redactor }, signal);
  // A net below: of values that were set meanwhile, and of what only the sentences have put together.
  const net = await parts.secrets.redactor(integration);
  const document = redactData(documentOf(facts), net);
  const digest = digestOf(contentOf(document));
  const at = dateOf(parts.clock);
  const revision = {
    integration,
    begun,
    digest,
    cause: { what: cause, subject: null, by: by.identity, at: at.toISOString() },
    audited,
    by,
    summary: redactData(summaryOf(facts, document), net),
    body: document,
    at,
  };
  const save = async ({ db }: Pick<Transaction, 'db'>) => await saveRevision(db, revision);
  const saved = await parts.database.transaction(save);
  return saved === null ? null : { head: saved.row, document, isNew: saved.isNew };
}
