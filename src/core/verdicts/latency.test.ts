import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  emptyHistogram,
  histogramDifference,
  histogramSum,
  latencyBoundsMs,
  latencyBucket,
  percentileMs,
} from './latency.ts';
import type { LatencyHistogram } from '../switching/edge.ts';

const latency = fc.double({ min: 0, max: 300_000, noNaN: true });

function histogramOf(latencies: readonly number[]): LatencyHistogram {
  const counts = [...emptyHistogram.counts];
  for (const ms of latencies) counts[latencyBucket(ms)] = (counts[latencyBucket(ms)] ?? 0) + 1;
  return { ...emptyHistogram, counts };
}

test('bounds go from half a millisecond to two minutes in steps of less than 8 %', () => {
  expect(latencyBoundsMs[0]).toBe(0.5);
  expect(latencyBoundsMs.at(-1)).toBeGreaterThanOrEqual(120_000);
  for (const [index, bound] of latencyBoundsMs.slice(1).entries()) {
    expect(bound / (latencyBoundsMs[index] ?? 0)).toBeLessThan(1.08);
  }
});

test('a latency falls into the first bucket whose bound it does not exceed', () => {
  fc.assert(
    fc.property(latency, (ms) => {
      const index = latencyBucket(ms);
      expect(ms).toBeLessThanOrEqual(latencyBoundsMs[index] ?? Infinity);
      if (index > 0) expect(ms).toBeGreaterThan(latencyBoundsMs[index - 1] ?? 0);
    }),
  );
  for (const [index, bound] of latencyBoundsMs.entries()) expect(latencyBucket(bound)).toBe(index);
});

test('a percentile is within one bucket of the true one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.5, max: 119_000, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (latencies, q) => {
        const sorted = latencies.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
        const read = percentileMs(histogramOf(latencies), q) ?? 0;
        expect(Math.abs(latencyBucket(read) - latencyBucket(exact))).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('no observations have no percentile, and one above the last bound is infinite', () => {
  expect(percentileMs(emptyHistogram, 0.95)).toBeNull();
  expect(percentileMs(histogramOf([500_000]), 0.5)).toBe(Infinity);
});

test('the difference of two readings is what came in between', () => {
  fc.assert(
    fc.property(fc.array(latency), fc.array(latency), (before, between) => {
      const earlier = histogramOf(before);
      const added = histogramOf(between);
      expect(histogramDifference(histogramSum(earlier, added), earlier)).toEqual(added);
    }),
  );
});

test('a counter that began anew counts whole', () => {
  const later = histogramOf([3]);
  expect(histogramDifference(later, histogramOf([3, 3, 9]))).toEqual(later);
  expect(histogramDifference(later, { boundsMs: [1], counts: [0, 0] })).toEqual(later);
});
