import type { LatencyHistogram } from '../switching/edge.ts';

/** Ten buckets per doubling: neighbouring bounds differ by 7.2 %, so a percentile read from them is off by less. */
const bucketsPerDoubling = 10;
const smallestBoundMs = 0.5;
const longestMs = 120_000;

/** Upper bounds of the buckets in milliseconds, from 0.5 ms to just above 120 s. */
export const latencyBoundsMs: readonly number[] = Array.from(
  { length: Math.ceil(Math.log2(longestMs / smallestBoundMs) * bucketsPerDoubling) + 1 },
  (_, index) => smallestBoundMs * 2 ** (index / bucketsPerDoubling),
);

export const emptyHistogram: LatencyHistogram = {
  boundsMs: latencyBoundsMs,
  counts: latencyBoundsMs.map(() => 0).concat(0),
};

/** Index of the bucket of `latencyBoundsMs` that a latency falls into; the last one has no upper bound. */
export function latencyBucket(ms: number): number {
  if (!(ms > smallestBoundMs)) return 0;
  const guess = Math.ceil(Math.log2(ms / smallestBoundMs) * bucketsPerDoubling);
  const index = Math.min(guess, latencyBoundsMs.length);
  // The logarithm of a bound itself may come out a little above the whole number.
  return ms <= (latencyBoundsMs[index - 1] ?? 0) ? index - 1 : index;
}

/**
 * The latency that a share `q` (0 to 1) of the observations did not exceed, interpolated within its bucket; null
 * without observations, Infinity when it lies above the last bound.
 */
export function percentileMs(histogram: LatencyHistogram, q: number): number | null {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(q * total, Number.MIN_VALUE);
  let below = 0;
  for (const [index, count] of histogram.counts.entries()) {
    if (below + count >= rank) {
      const upper = histogram.boundsMs[index];
      if (upper === undefined) return Infinity;
      const lower = histogram.boundsMs[index - 1] ?? 0;
      return lower + ((upper - lower) * (rank - below)) / count;
    }
    below += count;
  }
  return Infinity;
}

/** What was observed between two readings; all of `later` when the counter began anew in between. */
export function histogramDifference(later: LatencyHistogram, earlier: LatencyHistogram): LatencyHistogram {
  const counts = later.counts.map((count, index) => count - (earlier.counts[index] ?? 0));
  return hasSameBounds(later, earlier) && counts.every((count) => count >= 0) ? { ...later, counts } : later;
}

/** Both together. They must have the same bounds. */
export function histogramSum(a: LatencyHistogram, b: LatencyHistogram): LatencyHistogram {
  return { ...a, counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)) };
}

function hasSameBounds(a: LatencyHistogram, b: LatencyHistogram): boolean {
  return (
    a.boundsMs.length === b.boundsMs.length && a.boundsMs.every((bound, index) => bound === b.boundsMs[index])
  );
}
