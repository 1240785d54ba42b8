import { z } from 'zod';

import type { EdgeRef } from '../core/switching/edge.ts';
import { alertsOfSection } from './alerts.ts';
import type { Queries } from './database.ts';
import { newestSeen } from './evidence.ts';
import { iso, isoOrNull } from './json.ts';

/** Rules of what is live, as they judge it now. */
export interface LoadedRules {
  readonly rules: number;
  /** When every figure was read that they are judged by, ISO 8601; null: not yet. */
  readonly figuresAt: string | null;
}

export interface RecordedTest {
  readonly at: string;
  readonly evidence: string;
  /** Receivers that were not reached, with the reason of each; null: all were. */
  readonly failed: string | null;
}

/** @param of whose rules, and the digest of what its definition says of monitoring */
export async function loadedRules(
  db: Queries,
  place: EdgeRef,
  of: { readonly release: string; readonly section: string },
): Promise<LoadedRules> {
  const rows = await alertsOfSection(db, place, of);
  return { rules: rows.length, figuresAt: isoOrNull(rows[0]?.figures_at ?? null) };
}

const testsLookedAt = 20;

const testEvidence = z.object({
  monitoring: z.string(),
  deliveries: z.array(
    z.object({ receiver: z.string(), delivered: z.boolean(), error: z.string().nullable() }),
  ),
});

/**
 * The last test under a section: who is told of what is in the section, so a test holds for every release that says
 * the same there.
 */
export async function lastTest(
  db: Queries,
  { integration, environment }: EdgeRef,
  section: string,
): Promise<RecordedTest | null> {
  const rows = await newestSeen(db, { integration, environment, kind: 'alert-test' }, testsLookedAt);
  for (const { digest, body, at } of rows) {
    const { monitoring, deliveries } = testEvidence.parse(body);
    if (monitoring !== section) continue;
    const failed = deliveries.filter(({ delivered }) => !delivered);
    const reasons = failed.map(({ receiver, error }) => `${receiver}: ${error ?? 'not delivered'}`);
    return { at: iso(at), evidence: digest, failed: reasons.length === 0 ? null : reasons.join('; ') };
  }
  return null;
}
