import { z } from 'zod';

import type { EdgeRef } from '../core/edge.ts';
import { alertsIn } from './alerts.ts';
import type { Queries } from './database.ts';
import { newestSeen } from './evidence.ts';
import { iso, isoOrNull } from './json.ts';

/** What the checklist needs to know of an environment's alerts. */
export interface RecordedMonitoring {
  /** Rules that judge it now. */
  readonly rules: number;
  /** Whose rules they are; null: there are none. */
  readonly release: string | null;
  /** Digest of the section of the definition that they are of. */
  readonly monitoring: string | null;
  /** When figures were read last that they could be judged by, ISO 8601: it is written down every half minute. */
  readonly figuresAt: string | null;
  /** The last test of this release under this section. */
  readonly test: RecordedTest | null;
}

export interface RecordedTest {
  readonly at: string;
  readonly evidence: string;
  /** Receivers that were not reached, with the reason of each; null: all were. */
  readonly failed: string | null;
}

/** @param of the release, and the digest of what its definition says of monitoring */
export async function recordedMonitoring(
  db: Queries,
  place: EdgeRef,
  of: { readonly release: string; readonly monitoring: string },
): Promise<RecordedMonitoring> {
  const rows = (await alertsIn(db, place)).filter(
    ({ release, monitoring }) => release === of.release && monitoring === of.monitoring,
  );
  const [first] = rows;
  return {
    rules: rows.length,
    release: first?.release ?? null,
    monitoring: first?.monitoring ?? null,
    figuresAt: isoOrNull(first?.figures_at ?? null),
    test: await lastTest(db, place, of),
  };
}

const testsLookedAt = 20;

const testEvidence = z.object({
  monitoring: z.string(),
  deliveries: z.array(
    z.object({ receiver: z.string(), delivered: z.boolean(), error: z.string().nullable() }),
  ),
});

async function lastTest(
  db: Queries,
  { integration, environment }: EdgeRef,
  of: { readonly release: string; readonly monitoring: string },
): Promise<RecordedTest | null> {
  const rows = await newestSeen(db, { integration, environment, kind: 'alert-test' }, testsLookedAt);
  for (const { digest, release, body, at } of rows) {
    const { monitoring, deliveries } = testEvidence.parse(body);
    if (release !== of.release || monitoring !== of.monitoring) continue;
    const failed = deliveries.filter(({ delivered }) => !delivered);
    const reasons = failed.map(({ receiver, error }) => `${receiver}: ${error ?? 'not delivered'}`);
    return { at: iso(at), evidence: digest, failed: reasons.length === 0 ? null : reasons.join('; ') };
  }
  return null;
}
