import type { Edges } from '../core/switching/edge.ts';
import { count, duration } from '../core/texts/figures.ts';
import type { WatchPolicy } from '../core/definition/integration.ts';
import { percentileMs } from '../core/verdicts/latency.ts';
import type { CandidateFacts, Step, StepContext } from '../core/pipeline/step.ts';
import { type Evidence, type StageOutcome, undecided } from '../core/verdicts/verdict.ts';
import { earlyFailure, probesDue, type WatchFacts, watchVerdict } from '../core/verdicts/watch-verdict.ts';
import { reach } from '../lib/named-point.ts';
import { pause } from '../lib/pause.ts';
import { openProber, type Prober } from './prober.ts';
import { requireCandidate } from './require-candidate.ts';
import { type WatchedTraffic, watchTraffic } from './watched-traffic.ts';

export interface WatchPorts {
  readonly edges: Pick<Edges, 'observe'>;
}

const everyMs = 500;
const logEveryMs = 10_000;
const countedAfterMs = 100;

/**
 * Watches what the edge counts of the new stable deployment, and ends as soon as it clearly fails, else when the window
 * is over. The window counts from when the stage began, also after a crash; within one server the wall clock may jump.
 * Switching back is the caller's.
 */
export function watchStep(ports: WatchPorts): Step {
  return {
    run: async (context) => {
      const { change, candidate } = requireCandidate(context);
      const policy = change.environment.policy.watch;
      if (policy === null) throw new Error(`${change.environment.name} has no watch`);
      const prober = await openProber(change.edge, policy.probePath);
      try {
        const watched = await watchTraffic(context, ports.edges, candidate);
        return await watch(context, candidate, { policy, prober, watched, elapsedMs: context.elapsedMs });
      } finally {
        await prober.close();
      }
    },
  };
}

interface Watch {
  readonly policy: WatchPolicy;
  readonly prober: Prober;
  readonly watched: WatchedTraffic;
  readonly elapsedMs: () => number;
}

async function watch(context: StepContext, candidate: CandidateFacts, by: Watch): Promise<StageOutcome> {
  const { policy, prober, watched } = by;
  let logAfterMs = logEveryMs;
  for (;;) {
    if ((await watched.read()) === 'diverted') return diverted(context, candidate, by);
    await reach('watch: counting');
    const facts = factsOf(by);
    const early = earlyFailure(facts);
    if (early !== null) return withEvidence(early, context, facts);
    prober.start(probesDue({ ...facts, requests: facts.traffic.requests, underway: prober.underway }));
    if (facts.elapsedMs >= policy.seconds * 1000) break;
    if (facts.elapsedMs >= logAfterMs) {
      context.log(progress(facts));
      logAfterMs = facts.elapsedMs + logEveryMs;
    }
    await pause(everyMs, context.signal);
  }
  await prober.settle();
  // The edge counts a request when its connection has told it the end.
  await pause(countedAfterMs, context.signal);
  if ((await watched.read()) === 'diverted') return diverted(context, candidate, by);
  const facts = factsOf(by);
  return withEvidence(watchVerdict(facts), context, facts);
}

function factsOf({ policy, prober, watched, elapsedMs }: Watch): WatchFacts {
  return { policy, traffic: watched.traffic, unsent: prober.unsent, elapsedMs: elapsedMs() };
}

function diverted(context: StepContext, { deployment }: CandidateFacts, by: Watch): StageOutcome {
  const facts = factsOf(by);
  const reason = `The edge sends nobody to ${deployment} any more, so there is nothing left to watch`;
  return withEvidence(undecided(reason), context, facts);
}

function progress({ traffic, policy, elapsedMs }: WatchFacts): string {
  const requests = `${traffic.errors} of ${count(traffic.requests, 'request')} failed`;
  return `${requests}, ${traffic.synthetic} synthetic; ${duration(elapsedMs)} of ${duration(policy.seconds * 1000)}`;
}

function withEvidence(outcome: StageOutcome, context: StepContext, facts: WatchFacts): StageOutcome {
  const { traffic, policy, elapsedMs, unsent } = facts;
  const { requests, errors, synthetic, latency } = traffic;
  const p95Ms = percentileMs(latency, 0.95);
  const evidence: Evidence = {
    kind: 'watch',
    body: {
      deployment: context.change?.candidate?.deployment ?? null,
      release: context.release?.id ?? null,
      limits: { ...policy },
      requests,
      errors,
      synthetic,
      unsentProbes: unsent,
      // Beyond what the edge can measure there is no number for it.
      p95Ms: p95Ms === null || !Number.isFinite(p95Ms) ? null : Math.round(p95Ms * 10) / 10,
      elapsedMs,
    },
  };
  return { ...outcome, evidence: [evidence] };
}
