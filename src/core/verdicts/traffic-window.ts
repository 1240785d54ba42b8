import type { LatencyHistogram, TrafficTotals } from '../switching/edge.ts';
import { emptyHistogram, histogramDifference, histogramSum } from './latency.ts';

/** What was counted within a window of time. */
export interface WindowTraffic {
  readonly requests: number;
  readonly errors: number;
  /** Of the prober; part of `requests`. */
  readonly synthetic: number;
  readonly latency: LatencyHistogram;
}

/**
 * A window over counters that only grow, until the edge that keeps them restarts and they begin at nothing. It is
 * plain JSON, so that a watch can go on after a crash.
 */
export interface TrafficWindow {
  /** Counted within the window by edges that have ended since. */
  readonly earlier: WindowTraffic;
  /** The reading from which the present edge counts for the window; null: from its start. */
  readonly from: TrafficTotals | null;
  readonly latest: TrafficTotals | null;
}

const nothing: WindowTraffic = { requests: 0, errors: 0, synthetic: 0, latency: emptyHistogram };

/** `reading` is null when the edge has not counted anything of the deployment yet. */
export function openWindow(reading: TrafficTotals | null): TrafficWindow {
  return { earlier: nothing, from: reading, latest: reading };
}

/**
 * The window after the next reading. What an edge counted between its last reading and its end is lost. A counter that
 * is missing says nothing, as an edge that restarts shows none at first.
 */
export function advanceWindow(window: TrafficWindow, reading: TrafficTotals | null): TrafficWindow {
  if (reading === null) return window;
  const begun = window.latest;
  if (begun === null || (begun.since === reading.since && reading.requests >= begun.requests)) {
    return { ...window, latest: reading };
  }
  return { earlier: trafficIn(window), from: null, latest: reading };
}

export function trafficIn({ earlier, from, latest }: TrafficWindow): WindowTraffic {
  if (latest === null) return earlier;
  const start = from ?? nothing;
  const latency = from === null ? latest.latency : histogramDifference(latest.latency, from.latency);
  return {
    requests: earlier.requests + latest.requests - start.requests,
    errors: earlier.errors + latest.errors - start.errors,
    synthetic: earlier.synthetic + latest.synthetic - start.synthetic,
    latency: histogramSum(latency, earlier.latency),
  };
}
