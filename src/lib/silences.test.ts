import { expect, test } from 'vitest';

import { Silences } from './silences.ts';

const edge = { pid: 7, startedAt: '100@boot' };

/** The edge after questions that were asked and given up at these times. */
function silences(...questions: readonly (readonly [askedAtMs: number, givenUpAtMs: number])[]): Silences {
  const noted = new Silences(20_000);
  for (const [askedAtMs, givenUpAtMs] of questions) noted.noteSilence(edge, askedAtMs, givenUpAtMs);
  return noted;
}

test.each<[string, Silences, boolean]>([
  ['never asked', silences(), false],
  ['unanswered for less than 20 s', silences([0, 8_000], [9_000, 17_000], [18_000, 19_999]), false],
  ['unanswered for 20 s', silences([0, 8_000], [9_000, 17_000], [18_000, 20_000]), true],
  ['asked once, by somebody who then stood still', silences([0, 60_000]), false],
])('an edge that was %s', (_, noted, isTooLong) => {
  expect(noted.isTooLong(edge)).toBe(isTooLong);
});

test('an answer ends a silence, and another process is another edge', () => {
  const noted = silences([0, 8_000], [9_000, 17_000], [18_000, 26_000]);
  expect(noted.isTooLong({ ...edge, startedAt: '200@boot' })).toBe(false);
  noted.noteAnswer(edge);
  noted.noteSilence(edge, 27_000, 50_000);
  expect(noted.isTooLong(edge)).toBe(false);
});
