import type { TrafficTotals } from '../switching/edge.ts';
import type { ReplicaFigures } from '../places/target.ts';
import { sampleStepMs } from './alert-rule.ts';

/** What was seen of an environment at one moment. */
export interface Sample {
  /** Steady: it does not jump when the clock is set. */
  readonly atMs: number;
  /** The deployments that users are sent to. */
  readonly routed: readonly string[];
  /** What the edge has counted of them, by deployment; null: it could not be asked. */
  readonly traffic: Readonly<Record<string, TrafficTotals>> | null;
  /** What their replicas use; null: not all of them could be asked. */
  readonly replicas: readonly ReplicaReading[] | null;
}

export interface ReplicaReading extends ReplicaFigures {
  readonly deployment: string;
}

/** Samples of the last window, the oldest first. */
export interface SampledWindow {
  readonly samples: readonly Sample[];
  /** From the first to the last. */
  readonly spanMs: number;
  /** Whether they reach back as far as the window does. */
  readonly isWhole: boolean;
}

/**
 * The samples to keep, with the next one: enough for a window and never many more than a dozen, however often one
 * looks. They begin anew when users are sent elsewhere: what is live now is not judged by what was.
 */
export function withSample(samples: readonly Sample[], next: Sample, windowMs: number): readonly Sample[] {
  const last = samples.at(-1);
  if (last === undefined || last.routed.join(' ') !== next.routed.join(' ') || next.atMs < last.atMs) {
    return [next];
  }
  const before = samples.at(-2);
  const isClose = before !== undefined && last.atMs - before.atMs < sampleStepMs(windowMs);
  const kept = isClose ? samples.slice(0, -1) : samples;
  const begin = kept.findLastIndex(({ atMs }) => atMs <= next.atMs - windowMs);
  return [...kept.slice(Math.max(0, begin)), next];
}

export function sampledWindow(samples: readonly Sample[], windowMs: number): SampledWindow {
  const first = samples[0];
  const last = samples.at(-1);
  const spanMs = first === undefined || last === undefined ? 0 : last.atMs - first.atMs;
  return { samples, spanMs, isWhole: spanMs >= windowMs };
}
