import type { LatencyHistogram } from '../../core/switching/edge.ts';

/** Sixty-four buckets per doubling: a percentile read from them is off by 1.1 % at most. */
const bucketsPerDoubling = 64;
const smallestMs = 0.125;
const longestMs = 600_000;
const boundsMs: readonly number[] = Array.from(
  { length: Math.ceil(Math.log2(longestMs / smallestMs) * bucketsPerDoubling) + 1 },
  (_, index) => smallestMs * 2 ** (index / bucketsPerDoubling),
);

/**
 * Latencies as counts in buckets of equal relative width, like HdrHistogram: constant memory however long a load
 * lasts, and percentiles of the whole rather than averages of parts.
 */
export class LatencyRecorder {
  readonly #counts: number[] = Array.from({ length: boundsMs.length + 1 }, () => 0);
  #maxMs = 0;

  record(ms: number): void {
    const index = bucketOf(ms);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  /** Exact, not a bucket's bound. */
  get maxMs(): number {
    return this.#maxMs;
  }

  histogram(): LatencyHistogram {
    return { boundsMs, counts: [...this.#counts] };
  }
}

function bucketOf(ms: number): number {
  if (!(ms > smallestMs)) return 0;
  const guess = Math.min(Math.ceil(Math.log2(ms / smallestMs) * bucketsPerDoubling), boundsMs.length);
  // The logarithm of a bound itself may come out a little above the whole number.
  return ms <= (boundsMs[guess - 1] ?? 0) ? guess - 1 : guess;
}
