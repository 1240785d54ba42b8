import { expect, test } from 'vitest';

import type { TrafficTotals } from '../switching/edge.ts';
import { emptyHistogram, latencyBucket } from './latency.ts';
import { advanceWindow, openWindow, trafficIn } from './traffic-window.ts';

test('what was counted before the window does not count', () => {
  const window = advanceWindow(openWindow(reading(100, 90)), reading(130, 91, 5));
  expect(trafficIn(window)).toMatchObject({ requests: 30, errors: 1, synthetic: 5 });
  expect(sum(trafficIn(window).latency.counts)).toBe(30);
});

test('a window opens before the edge has counted anything', () => {
  expect(trafficIn(openWindow(null))).toMatchObject({ requests: 0, errors: 0 });
  expect(trafficIn(advanceWindow(openWindow(null), reading(7, 2)))).toMatchObject({ requests: 7, errors: 2 });
});

test('a restarted edge counts from nothing, and what the former one counted stays', () => {
  let window = openWindow(reading(100, 0));
  window = advanceWindow(window, reading(120, 3));
  window = advanceWindow(window, null);
  window = advanceWindow(window, reading(150, 1, 0, '2026-01-01T00:01:00.000Z'));
  expect(trafficIn(window)).toMatchObject({ requests: 20 + 150, errors: 3 + 1 });
  window = advanceWindow(window, reading(160, 1, 0, '2026-01-01T00:01:00.000Z'));
  expect(trafficIn(window)).toMatchObject({ requests: 20 + 160, errors: 4 });
  expect(sum(trafficIn(window).latency.counts)).toBe(180);
});

test('a window survives being written down', () => {
  const window = advanceWindow(openWindow(reading(100, 0)), reading(120, 3));
  expect(trafficIn(JSON.parse(JSON.stringify(window)))).toEqual(trafficIn(window));
});

function reading(
  requests: number,
  errors: number,
  synthetic = 0,
  since = '2026-01-01T00:00:00.000Z',
): TrafficTotals {
  const counts = emptyHistogram.counts.map((_, index) => (index === latencyBucket(20) ? requests : 0));
  return { since, requests, errors, synthetic, active: 0, latency: { ...emptyHistogram, counts } };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
