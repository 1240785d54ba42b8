import { quantileShares } from './confidence.ts';
import { count, milliseconds, percent } from '../texts/figures.ts';
import type { PerformanceTest } from '../definition/integration.ts';
import { percentileMs } from './latency.ts';
import type { LoadFigures, LoadResult } from './load-figures.ts';
import { failed, passed, type StageOutcome, undecided } from './verdict.ts';

type Limits = PerformanceTest['limits'];

/** One limit, judged: what it says, and whether it is kept. */
interface Finding {
  readonly says: string;
  readonly verdict: 'pass' | 'fail' | 'undecided';
}

/**
 * Judges a load against the limits that are given. A measurement that is not one (the edge could not be reached,
 * others answered, the generator was late) is undecided, except that errors answered by the candidate are its own
 * whatever the generator did.
 */
export function performanceVerdict(result: LoadResult, limits: Limits): StageOutcome {
  const { candidate, stable, lateShare } = result;
  const broken = brokenMeasurement(candidate) ?? (stable === null ? null : brokenMeasurement(stable));
  if (broken !== null) return undecided(broken);
  const errors = judgeErrors(candidate, limits);
  if (errors.verdict === 'fail') return failed(`${errors.says}; ${p95Of(candidate, limits)}`);
  if (lateShare > maxLateShare(limits)) {
    return undecided(
      `The load generator itself could not keep up: ${percent(lateShare)} of the requests left more than 50 ms late`,
    );
  }
  const findings = [judgeP95(candidate, limits), errors, ...judgeRatio(candidate, stable, limits)];
  const says = findings.map((finding) => finding.says).join(', ');
  if (findings.some(({ verdict }) => verdict === 'fail')) return failed(says);
  return findings.some(({ verdict }) => verdict === 'undecided') ? undecided(says) : passed(says);
}

/** A 95th percentile cannot be moved by fewer. Errors can be counted as long as most of the load came in time. */
function maxLateShare({ p95Ms, p95VsStable }: Limits): number {
  return p95Ms === null && p95VsStable === null ? 0.5 : 0.05;
}

function brokenMeasurement(figures: LoadFigures): string | null {
  const { deployment, requests, unsent, elsewhere, firstProblem } = figures;
  if (requests === 0) return `No request was sent to ${deployment}`;
  if (unsent > 0) {
    return `${unsent} of ${count(requests, 'request')} could not be sent to ${deployment}: ${firstProblem}`;
  }
  if (elsewhere > 0) {
    return `${elsewhere} of ${count(requests, 'answer')} did not come from ${deployment}, which was to be measured`;
  }
  return null;
}

function judgeErrors(figures: LoadFigures, { errorRate }: Limits): Finding {
  const { requests, firstProblem } = figures;
  const failures = failuresOf(figures);
  const allowed = errorRate === null ? '' : ` (${percent(errorRate)} allowed)`;
  const first = failures > 0 && firstProblem !== null ? `, first: ${firstProblem}` : '';
  const isAbove = errorRate !== null && failures / requests > errorRate;
  return {
    says: `${failures} of ${count(requests, 'request')} failed${allowed}${first}`,
    // Without any good answer there is nothing that a limit could be kept by.
    verdict: isAbove || failures === requests ? 'fail' : 'pass',
  };
}

function judgeP95(figures: LoadFigures, limits: Limits): Finding {
  const isAbove = limits.p95Ms !== null && p95(figures) > limits.p95Ms;
  return { says: p95Of(figures, limits), verdict: isAbove ? 'fail' : 'pass' };
}

function p95Of(figures: LoadFigures, { p95Ms }: Limits): string {
  const limit = p95Ms === null ? '' : ` of ${milliseconds(p95Ms)} allowed`;
  return `p95 ${milliseconds(p95(figures))}${limit}`;
}

/** One side errs once in 20. */
const ratioZ = 1.645;
/** With fewer observations not even the largest is an upper bound of the 95th percentile (0.95 ^ 59 < 0.05). */
const minForRatio = 59;
/** What two equal programs on a busy machine differ by. */
const sameMs = 2;

/**
 * `p95VsStable` is a limit on how much slower the candidate is, not on how far two samples happen to lie apart: it
 * fails when the candidate's percentile is above the limit by more than chance explains (the lower bound of its 95th
 * percentile above the upper bound of the stable's, times the limit).
 */
function judgeRatio(
  candidate: LoadFigures,
  stable: LoadFigures | null,
  { p95VsStable }: Limits,
): readonly Finding[] {
  if (p95VsStable === null) return [];
  const notApplied = (why: string): readonly Finding[] => [
    { says: `p95VsStable was not applied: ${why}`, verdict: 'pass' },
  ];
  if (stable === null) return notApplied('there is no stable deployment to compare with');
  // A fix must be deployable while what is live is down.
  if (failuresOf(stable) / stable.requests > 0.05) {
    return notApplied(
      `${stable.deployment} itself failed ${failuresOf(stable)} of ${count(stable.requests, 'request')}`,
    );
  }
  const ratio = p95(candidate) / p95(stable);
  const figures = `${ratio.toFixed(2)} times the ${milliseconds(p95(stable))} of ${stable.deployment} (${p95VsStable} allowed)`;
  if (ratio <= p95VsStable || p95(candidate) - p95(stable) <= sameMs)
    return [{ says: figures, verdict: 'pass' }];
  if (Math.min(candidate.requests, stable.requests) < minForRatio) {
    const says = `${figures}, too few requests to tell that from chance`;
    return [{ says, verdict: 'undecided' }];
  }
  const isClear = p95Bounds(candidate).lower > p95VsStable * p95Bounds(stable).upper;
  return isClear
    ? [{ says: figures, verdict: 'fail' }]
    : [{ says: `${figures}, within what chance explains`, verdict: 'pass' }];
}

function p95(figures: LoadFigures): number {
  return percentileMs(figures.latency, 0.95) ?? 0;
}

function p95Bounds({ latency, requests }: LoadFigures): { readonly lower: number; readonly upper: number } {
  const shares = quantileShares(0.95, requests, ratioZ);
  return {
    lower: percentileMs(latency, shares.lower) ?? 0,
    upper: percentileMs(latency, shares.upper) ?? Infinity,
  };
}

function failuresOf({ errors, unanswered }: LoadFigures): number {
  return errors + unanswered;
}
