import { expect, test } from 'vitest';

import { followingTime } from './cron.ts';

const nightly = followingTime('30 2 * * *', 'Europe/Berlin');

/** The next times of a schedule, as ISO texts. */
function timesAfter(start: string, count: number): readonly string[] {
  const times: Date[] = [new Date(start)];
  for (let n = 0; n < count; n += 1) times.push(nightly(times.at(-1) ?? new Date(0)) ?? new Date(0));
  return times.slice(1).map((time) => time.toISOString());
}

test('a time is that of the clocks in its time zone, summer and winter', () => {
  expect(timesAfter('2026-01-10T12:00:00Z', 1)).toEqual(['2026-01-11T01:30:00.000Z']);
  expect(timesAfter('2026-07-10T12:00:00Z', 1)).toEqual(['2026-07-11T00:30:00.000Z']);
});

test('the hour that is left out in spring costs no night', () => {
  expect(timesAfter('2026-03-28T12:00:00Z', 2)).toEqual([
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
});

test('the hour that comes twice in autumn starts nothing twice', () => {
  expect(timesAfter('2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
});
