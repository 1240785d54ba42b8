import type { StageKind } from '../pipeline/plan.ts';

/** Undecided is not pass: it holds the run until somebody retries, rejects or waives. */
export type Verdict = 'pass' | 'fail' | 'undecided';

/** What a check saw, stored under the sha256 of its canonical JSON. */
export interface Evidence {
  /** What kind of check: `suite`, `performance`, `watch`, `rollback-rehearsal`, `uat`, `approval`, `verify`, … */
  readonly kind: string;
  /** JSON that a person can read: numbers with their units in the names, digests whole. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface StageOutcome {
  readonly verdict: Verdict;
  /** One sentence that stands alone: what passed with which figures, or why not. */
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

export function passed(reason: string, evidence: readonly Evidence[] = []): StageOutcome {
  return { verdict: 'pass', reason, evidence };
}

export function failed(reason: string, evidence: readonly Evidence[] = []): StageOutcome {
  return { verdict: 'fail', reason, evidence };
}

export function undecided(reason: string, evidence: readonly Evidence[] = []): StageOutcome {
  return { verdict: 'undecided', reason, evidence };
}

const judging: ReadonlySet<StageKind> = new Set([
  'suite',
  'performance',
  'verify',
  'checklist',
  'rollback-rehearsal',
  'watch',
] as const);

/** A stage that the machine kept from its work. One that judges has seen nothing, so it does not blame the release. */
export function kept(stage: StageKind, reason: string, evidence: readonly Evidence[]): StageOutcome {
  return judging.has(stage) ? undecided(reason, evidence) : failed(reason, evidence);
}
