import type { EvidenceListView, EvidenceSummary, EvidenceView } from '../../api/views/checklist.ts';
import { DeployerError } from '../../errors.ts';
import type { Queries } from '../../store/database.ts';
import { type EvidenceSummaryRow, evidenceByPrefix, evidenceOfRelease } from '../../store/evidence.ts';
import { iso } from '../../store/json.ts';
import { releaseNamed } from './checklist-view.ts';

export interface EvidenceAsked {
  readonly integration: string;
  /** A release, or the digest of one piece of evidence; null: the newest release. */
  readonly of: string | null;
  readonly after: string | null;
}

/** What proves a release, or one piece of it whole. */
export async function evidenceView(
  db: Queries,
  { integration, of, after }: EvidenceAsked,
): Promise<EvidenceListView | EvidenceView> {
  const release = await releaseOrNull(db, integration, of);
  if (release === 'other') return await oneView(db, integration, of ?? '');
  if (release === null) return { release: null, version: null, evidence: [], next: null };
  const { rows, next } = await evidenceOfRelease(db, release.id, after);
  return { release: release.id, version: release.version, evidence: rows.map(summary), next };
}

async function releaseOrNull(
  db: Queries,
  integration: string,
  of: string | null,
): Promise<Awaited<ReturnType<typeof releaseNamed>> | 'other'> {
  try {
    return await releaseNamed(db, integration, of);
  } catch (error) {
    if (error instanceof DeployerError && error.code === 'release_not_found') return 'other';
    throw error;
  }
}

async function oneView(db: Queries, integration: string, digest: string): Promise<EvidenceView> {
  const rows = await evidenceByPrefix(db, integration, digest);
  const [only, ...others] = rows;
  if (only === undefined) {
    throw new DeployerError('evidence_not_found', {
      message: `Neither a release nor evidence of ${integration} goes by "${digest}".`,
      hint: 'deployer evidence   lists that of the newest release; a digest goes by 6 digits or more',
    });
  }
  if (others.length > 0) {
    throw new DeployerError('reference_ambiguous', {
      message: `Several pieces of evidence begin with "${digest}".`,
      hint: `Write more digits, for example ${only.digest.slice(0, 24)}`,
    });
  }
  return { ...summary(only), release: only.release, body: only.body };
}

function summary(row: EvidenceSummaryRow): EvidenceSummary {
  const { digest, kind, environment, deployment, run, stageName, at, says } = row;
  return { digest, kind, environment, deployment, run, stage: stageName, at: iso(at), says };
}
