import { expect, test } from 'vitest';

import { type NoticedRestarts, noteRestarts, restartLoop } from './restart-loop.ts';

const minuteMs = 60_000;

/** Looks at a counter, each at its time. */
function looks(...readings: readonly (readonly [ms: number, counter: number])[]): NoticedRestarts {
  let noticed: NoticedRestarts | undefined;
  for (const [ms, counter] of readings) noticed = noteRestarts(noticed, counter, ms);
  return noticed ?? { counter: 0, at: [] };
}

test.each<[string, NoticedRestarts, number, number | null]>([
  ['one that never restarts', looks([0, 0], [minuteMs, 0]), minuteMs, null],
  ['two restarts', looks([0, 0], [1000, 1], [2000, 2]), 2000, null],
  ['three restarts, though it is up now', looks([0, 0], [1000, 1], [2000, 3]), minuteMs, 3],
  ['what was counted before the first look', looks([0, 40], [1000, 40]), 1000, null],
  ['a counter that begins again with its supervisor', looks([0, 5], [1000, 6], [2000, 2]), 2000, 3],
  ['restarts of more than ten minutes ago', looks([0, 0], [1000, 3]), 11 * minuteMs, null],
  [
    'restarts that are far apart',
    looks([0, 0], [1000, 1], [8 * minuteMs, 2], [16 * minuteMs, 3]),
    16 * minuteMs,
    null,
  ],
])('a restart loop is counted over time: %s', (_, noticed, nowMs, expected) => {
  expect(restartLoop(noticed, nowMs)).toBe(expected);
});
