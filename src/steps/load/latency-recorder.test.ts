import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { percentileMs } from '../../core/verdicts/latency.ts';
import { LatencyRecorder } from './latency-recorder.ts';

const latencies = fc.array(fc.double({ min: 0, max: 120_000, noNaN: true }), {
  minLength: 1,
  maxLength: 500,
});
const share = fc.double({ min: 0.001, max: 1, noNaN: true });

test('a percentile is within 1.1 % (or the smallest bucket) of the exact one', () => {
  fc.assert(
    fc.property(latencies, share, (recorded, q) => {
      const exact = recorded.toSorted((a, b) => a - b)[Math.ceil(q * recorded.length) - 1] ?? 0;
      const read = percentileMs(recorderOf(recorded).histogram(), q) ?? -1;
      expect(Math.abs(read - exact)).toBeLessThanOrEqual(Math.max(0.125, exact * 0.011));
    }),
  );
});

test('everything that is recorded is counted once, and the largest is kept exactly', () => {
  fc.assert(
    fc.property(latencies, (recorded) => {
      const recorder = recorderOf(recorded);
      const counted = recorder.histogram().counts.reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(recorded.length);
      expect(recorder.maxMs).toBe(Math.max(...recorded));
    }),
  );
});

test('a latency on the bound of a bucket belongs below it, and one beyond all bounds is not lost', () => {
  const { boundsMs } = new LatencyRecorder().histogram();
  boundsMs.forEach((bound, index) => {
    expect(recorderOf([bound]).histogram().counts.indexOf(1)).toBe(index);
  });
  expect(percentileMs(recorderOf([3_600_000]).histogram(), 0.5)).toBe(Infinity);
});

function recorderOf(recorded: readonly number[]): LatencyRecorder {
  const recorder = new LatencyRecorder();
  for (const ms of recorded) recorder.record(ms);
  return recorder;
}
