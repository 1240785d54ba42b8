import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { quantileShares, wilsonLowerBound } from './confidence.ts';

test('the Wilson bound has the values of the literature', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I.
  expect(wilsonLowerBound(81, 263, 1.96)).toBeCloseTo(0.2553, 4);
  expect(wilsonLowerBound(15, 148, 1.96)).toBeCloseTo(0.0624, 4);
  expect(wilsonLowerBound(0, 20, 1.96)).toBe(0);
  expect(wilsonLowerBound(1, 29, 1.96)).toBeCloseTo(0.0061, 4);
});

const counted = fc.integer({ min: 1, max: 100_000 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));

test('the bound is a share, never above what was seen, and 0 without observations', () => {
  fc.assert(
    fc.property(counted, fc.double({ min: 0.1, max: 5, noNaN: true }), ([hits, n], z) => {
      const bound = wilsonLowerBound(hits, n, z);
      expect(bound).toBeGreaterThanOrEqual(0);
      expect(bound).toBeLessThanOrEqual(hits / n + 1e-12);
    }),
  );
  expect(wilsonLowerBound(0, 0, 3)).toBe(0);
});

test('the same share seen more often gives a closer bound, and more hits a higher one', () => {
  fc.assert(
    fc.property(counted, fc.integer({ min: 2, max: 50 }), ([hits, n], times) => {
      const bound = wilsonLowerBound(hits, n, 3);
      expect(wilsonLowerBound(hits * times, n * times, 3)).toBeGreaterThanOrEqual(bound - 1e-12);
      if (hits < n) expect(wilsonLowerBound(hits + 1, n, 3)).toBeGreaterThan(bound - 1e-12);
    }),
  );
});

test('a quantile lies between its shares, closer with more observations', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.integer({ min: 1, max: 100_000 }),
      (q, n) => {
        const { lower, upper } = quantileShares(q, n, 1.645);
        expect(lower).toBeLessThanOrEqual(q);
        expect(upper).toBeGreaterThanOrEqual(q);
        expect(quantileShares(q, n * 2, 1.645).lower).toBeGreaterThanOrEqual(lower);
      },
    ),
  );
});
