import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Sample, sampledWindow, withSample } from './samples.ts';

const windowMs = 60_000;

/** Now and then nobody looks for a while. */
const pause = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 1, max: 1500 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
);

function sampleAt(atMs: number, routed: readonly string[] = ['a']): Sample {
  return { atMs, routed, traffic: {}, replicas: null };
}

test('however often one looks, few samples are kept, and they reach back over the window', () => {
  fc.assert(
    fc.property(fc.array(pause, { minLength: 1, maxLength: 400, size: 'max' }), (pauses) => {
      let samples: readonly Sample[] = [];
      let atMs = 0;
      for (const each of pauses) {
        atMs += each;
        samples = withSample(samples, sampleAt(atMs), windowMs);
        expect(samples.length).toBeLessThanOrEqual(27);
        expect(samples.at(-1)?.atMs).toBe(atMs);
        const { isWhole, spanMs } = sampledWindow(samples, windowMs);
        expect(isWhole).toBe(atMs - (pauses[0] ?? 0) >= windowMs);
        // The first is the last one before the window: what is older says nothing of it.
        expect(spanMs < windowMs || (samples[1]?.atMs ?? 0) > atMs - windowMs).toBe(true);
      }
    }),
  );
});

test('they begin anew when users are sent elsewhere, and when the clock was not steady', () => {
  const samples = [sampleAt(0), sampleAt(10_000)];
  expect(withSample(samples, sampleAt(20_000, ['b']), windowMs)).toEqual([sampleAt(20_000, ['b'])]);
  expect(withSample(samples, sampleAt(5000), windowMs)).toEqual([sampleAt(5000)]);
});
