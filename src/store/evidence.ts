import type { Selectable } from 'kysely';

import { digestOf } from '../lib/canonical-json.ts';
import type { Evidence } from '../core/verdict.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { EvidenceTable } from './tables/evidence.ts';

export type EvidenceRow = Selectable<EvidenceTable>;

/** What evidence is about: a stage of a run, or an environment that was looked at outside any run. */
export type EvidenceSubject = StageSubject | SeenSubject;

export interface StageSubject extends About {
  readonly run: string;
  readonly stage: number;
}

export interface SeenSubject extends About {
  readonly integration: string;
}

interface About {
  readonly release: string | null;
  readonly environment: string | null;
  readonly deployment: string | null;
}

/** Stores what a check saw under the digest of its content and subject; returns the digests. */
export async function saveEvidence(
  db: Queries,
  subject: EvidenceSubject,
  evidence: readonly Evidence[],
  at: Date = new Date(),
): Promise<readonly string[]> {
  const rows = evidence.map(({ kind, body }) => ({
    digest: digestOf({ kind, ...subject, at: at.toISOString(), body }),
    kind,
    ...outsideRuns,
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

const outsideRuns = { run: null, stage: null, integration: null };

/** What was seen of an environment outside runs, the newest first. */
export async function newestSeen(
  db: Queries,
  { integration, environment, kind }: SeenQuery,
  limit = 1,
): Promise<readonly EvidenceRow[]> {
  return await db
    .selectFrom('app.evidence')
    .selectAll()
    .where('run', 'is', null)
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('kind', '=', kind)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute();
}

export interface SeenQuery {
  readonly integration: string;
  readonly environment: string;
  readonly kind: string;
}
