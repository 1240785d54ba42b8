import { quantileShares, wilsonLowerBound } from './confidence.ts';
import { count, duration, milliseconds, percent } from '../texts/figures.ts';
import type { WatchPolicy } from '../definition/integration.ts';
import { percentileMs } from './latency.ts';
import type { WindowTraffic } from './traffic-window.ts';
import { failed, passed, type StageOutcome, undecided } from './verdict.ts';

export interface WatchFacts {
  readonly policy: WatchPolicy;
  readonly traffic: WindowTraffic;
  readonly elapsedMs: number;
  /** Why probes could not be sent, the last reason; null when all could. */
  readonly unsent: string | null;
}

/**
 * A watch looks a hundred times at the same limit, and each look may be wrong by chance. With 3 standard deviations
 * (once in 740) a release that keeps the limit is rarely accused.
 */
const earlyZ = 3;

/**
 * Fails before the window ends when chance cannot explain what was seen any more: there are `minRequests`, and the
 * lower confidence bound of the error rate, or of the 95th percentile, lies above its limit.
 */
export function earlyFailure(facts: WatchFacts): StageOutcome | null {
  const { policy, traffic, elapsedMs } = facts;
  if (traffic.requests < policy.minRequests) return null;
  const errorRate = wilsonLowerBound(traffic.errors, traffic.requests, earlyZ);
  const p95 = percentileMs(traffic.latency, quantileShares(0.95, measured(traffic), earlyZ).lower);
  const isAbove =
    (policy.errorRate !== null && errorRate > policy.errorRate) ||
    (policy.p95Ms !== null && p95 !== null && p95 > policy.p95Ms);
  return isAbove ? failed(`${sentence(facts)}. Decided after ${duration(elapsedMs)} of watching.`) : null;
}

/** The verdict when the window is over: the figures as they are against the limits. */
export function watchVerdict(facts: WatchFacts): StageOutcome {
  const { policy, traffic, unsent } = facts;
  if (traffic.requests === 0 || (traffic.requests < policy.minRequests && unsent !== null)) {
    const why = unsent === null ? 'the edge counted none' : `probes could not be sent: ${unsent}`;
    return undecided(
      `Only ${traffic.requests} of the ${count(policy.minRequests, 'request')} that are needed were seen; ${why}`,
    );
  }
  const p95 = percentileMs(traffic.latency, 0.95);
  const isAbove =
    (policy.errorRate !== null && traffic.errors / traffic.requests > policy.errorRate) ||
    (policy.p95Ms !== null && p95 !== null && p95 > policy.p95Ms);
  return isAbove ? failed(sentence(facts)) : passed(sentence(facts));
}

export interface ProbePace {
  readonly policy: WatchPolicy;
  readonly elapsedMs: number;
  /** Requests of the window so far, and probes on their way. */
  readonly requests: number;
  readonly underway: number;
}

/**
 * How many probes to send now, so that requests come in evenly and `minRequests` are there a little before the window
 * ends, with as few probes as the users' own traffic leaves necessary.
 */
export function probesDue({ policy, elapsedMs, requests, underway }: ProbePace): number {
  const progress = Math.min(1, elapsedMs / (policy.seconds * 1000 * 0.9));
  return Math.max(0, Math.floor(policy.minRequests * progress) - requests - underway);
}

/** `3 of 240 requests failed (1.25 %, 2 % allowed), p95 87 ms of 400 ms allowed; 12 were synthetic` */
function sentence(facts: WatchFacts): string {
  const { policy, traffic } = facts;
  const share = percent(traffic.errors / traffic.requests);
  const allowed = policy.errorRate === null ? '' : `, ${percent(policy.errorRate)} allowed`;
  const p95 = percentileMs(traffic.latency, 0.95);
  const limit = policy.p95Ms === null ? '' : ` of ${milliseconds(policy.p95Ms)} allowed`;
  const latency = p95 === null ? 'no latency was measured' : `p95 ${milliseconds(p95)}${limit}`;
  return (
    `${traffic.errors} of ${count(traffic.requests, 'request')} failed (${share}${allowed}), ${latency}; ` +
    `${traffic.synthetic} ${traffic.synthetic === 1 ? 'was' : 'were'} synthetic`
  );
}

function measured({ latency }: WindowTraffic): number {
  return latency.counts.reduce((sum, n) => sum + n, 0);
}
