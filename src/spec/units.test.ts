import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpuMillis, durationMs, durationText, memoryBytes } from './units.ts';

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['0s', 0],
  ['5', null],
  ['1.5h', null],
  ['1h30m', null],
  ['-1s', null],
  ['1 s', null],
  ['9999999s', null],
])('the duration %s is %j milliseconds', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test('a duration is written with the largest unit that fits, and read back the same', () => {
  expect([90_000, 3_600_000, 172_800_000, 0].map(durationText)).toEqual(['90s', '1h', '2d', '0s']);
  fc.assert(
    fc.property(fc.nat(999_999), (seconds) => {
      expect(durationMs(durationText(seconds * 1000))).toBe(seconds * 1000);
    }),
  );
});

test.each([
  ['500m', 500],
  [1, 1000],
  ['2', 2000],
  [0.5, 500],
  ['0.001', 1],
  ['1m', 1],
  ['0.5m', null],
  [0, null],
  [-1, null],
  ['2 cores', null],
  [0.0001, null],
  [1e21, null],
  [NaN, null],
])('%j of CPU is %j thousandths of a core', (value, millis) => {
  expect(cpuMillis(value)).toBe(millis);
});

test.each([
  ['256Mi', 256 * 2 ** 20],
  ['1Gi', 2 ** 30],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['512M', 512e6],
  ['64Ki', 65_536],
  ['0Mi', null],
  ['256', null],
  ['256MB', null],
  ['-1Gi', null],
])('%s of memory is %j bytes', (text, bytes) => {
  expect(memoryBytes(text)).toBe(bytes);
});
