import { digestOf } from '../lib/canonical-json.ts';
import type { Evidence } from '../core/verdict.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';

export interface EvidenceSubject {
  readonly run: string;
  readonly stage: number;
  readonly release: string | null;
  readonly environment: string | null;
  readonly deployment: string | null;
}

/** Stores what a check saw under the digest of its content and subject; returns the digests. */
export async function saveEvidence(
  db: Queries,
  subject: EvidenceSubject,
  evidence: readonly Evidence[],
): Promise<readonly string[]> {
  const at = new Date();
  const rows = evidence.map(({ kind, body }) => ({
    digest: digestOf({ kind, ...subject, at: at.toISOString(), body }),
    kind,
    ...subject,
    body: json(body),
    at,
  }));
  if (rows.length > 0) {
    await db
      .insertInto('app.evidence')
      .values(rows)
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .execute();
  }
  return rows.map(({ digest }) => digest);
}
