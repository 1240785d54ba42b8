import { type Selectable, sql } from 'kysely';

import { digestOf } from '../lib/canonical-json.ts';
import type { Evidence } from '../core/verdicts/verdict.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { EvidenceTable } from './tables/evidence.ts';
import { positionIn, positionText } from './page-position.ts';

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

/** The newest evidence of a kind about a release; null: there is none. */
export async function newestOfRelease(
  db: Queries,
  release: string,
  kind: string,
): Promise<EvidenceRow | null> {
  const row = await db
    .selectFrom('app.evidence')
    .selectAll()
    .where('release', '=', release)
    .where('kind', '=', kind)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Evidence as it is listed: with what it says, and the name of its stage. */
export interface EvidenceSummaryRow extends Pick<
  EvidenceRow,
  'digest' | 'kind' | 'environment' | 'deployment' | 'run' | 'at' | 'release'
> {
  readonly stageName: string | null;
  readonly says: string | null;
}

const pageSize = 50;

/** About a release, newest first. `after` is what the page before gave as `next`. */
export async function evidenceOfRelease(
  db: Queries,
  release: string,
  after: string | null,
): Promise<{ readonly rows: readonly EvidenceSummaryRow[]; readonly next: string | null }> {
  let query = summaries(db).where('evidence.release', '=', release);
  if (after !== null) {
    const { at, id } = positionIn(after, 'evidence');
    query = query.where((row) =>
      row.or([
        row('evidence.at', '<', at),
        row.and([row('evidence.at', '=', at), row('evidence.digest', '<', id)]),
      ]),
    );
  }
  const rows = await query
    .orderBy('evidence.at', 'desc')
    .orderBy('evidence.digest', 'desc')
    .limit(pageSize + 1)
    .execute();
  const page = rows.slice(0, pageSize);
  const last = page.at(-1);
  const hasMore = rows.length > pageSize && last !== undefined;
  return { rows: page, next: hasMore ? positionText({ at: last.at, id: last.digest }) : null };
}

/** Of an integration, by its digest, whole or the first 6 digits or more; two tell that it names several. */
export async function evidenceByPrefix(
  db: Queries,
  integration: string,
  reference: string,
): Promise<readonly (EvidenceSummaryRow & Pick<EvidenceRow, 'body'>)[]> {
  const digits = reference.replace(/^sha256:/, '');
  if (!/^[0-9a-f]{6,64}$/.test(digits)) return [];
  const prefix = `sha256:${digits}`;
  return await summaries(db)
    .select('evidence.body')
    .where('evidence.digest', '>=', prefix)
    // Beyond any further digit.
    .where('evidence.digest', '<', `${prefix}g`)
    .where((row) =>
      row.or([
        row('evidence.integration', '=', integration),
        row.exists(
          row
            .selectFrom('app.run as run')
            .select('run.id')
            .whereRef('run.id', '=', 'evidence.run')
            .where('run.integration', '=', integration),
        ),
      ]),
    )
    .limit(2)
    .execute();
}

function summaries(db: Queries) {
  return db
    .selectFrom('app.evidence as evidence')
    .leftJoin('app.stage as stage', (join) =>
      join.onRef('stage.run', '=', 'evidence.run').onRef('stage.index', '=', 'evidence.stage'),
    )
    .select([
      'evidence.digest',
      'evidence.kind',
      'evidence.environment',
      'evidence.deployment',
      'evidence.run',
      'evidence.at',
      'evidence.release',
      'stage.name as stageName',
      sql<string | null>`evidence.body->>'reason'`.as('says'),
    ]);
}
