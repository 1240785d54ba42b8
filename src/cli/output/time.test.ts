import { beforeAll, expect, test } from 'vitest';

import { ageText, agoOf, durationText, momentText } from './time.ts';

beforeAll(() => void (process.env['TZ'] = 'UTC'));

test.for([
  [0, '0.0 s'],
  [-5, '0.0 s'],
  [340, '0.3 s'],
  [9940, '9.9 s'],
  [9960, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [134_000, '2 min 14 s'],
  [3_599_900, '1 h'],
  [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
  [52 * 3_600_000, '2 d 4 h'],
] as const)('%d ms last %s', ([ms, text]) => {
  expect(durationText(ms)).toBe(text);
});

test.for([
  [-1, 'just now'],
  [1999, 'just now'],
  [35_900, '35 s'],
  [12 * 60_000, '12 min'],
  [3 * 3_600_000 - 1, '2 h'],
  [49 * 3_600_000, '2 d'],
] as const)('%d ms ago is %s', ([ms, text]) => {
  expect(ageText(ms)).toBe(text);
});

test('a moment says no more of its date than one needs to know it', () => {
  const now = new Date('2026-12-07T12:00:00Z');
  expect(momentText('2026-12-07T09:03:00Z', now)).toBe('09:03');
  expect(momentText('2026-12-21T09:03:00Z', now)).toBe('21 Dec 09:03');
  expect(momentText('2027-01-02T09:03:00Z', now)).toBe('2 Jan 2027 09:03');
});

test('how long ago something was stands in a sentence as people say it', () => {
  const now = new Date('2026-12-07T12:00:00Z');
  expect(agoOf('2026-12-07T11:59:56Z', now)).toBe('4 s ago');
  expect(agoOf('2026-12-07T11:59:59Z', now)).toBe('just now');
});
