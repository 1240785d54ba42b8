import { expect, test } from 'vitest';

import { timeAhead } from './time-ahead.ts';

const now = new Date('2026-11-25T12:00:00.000Z');
const here = (year: number, month: number, day: number, hour = 0): string =>
  new Date(year, month - 1, day, hour).toISOString();

test.each([
  ['30m', '2026-11-25T12:30:00.000Z'],
  ['2h', '2026-11-25T14:00:00.000Z'],
  ['3d', '2026-11-28T12:00:00.000Z'],
  ['2026-12-24', here(2026, 12, 24)],
  ['2026-12-24 18:00', here(2026, 12, 24, 18)],
  ['2026-12-24T18:00Z', '2026-12-24T18:00:00.000Z'],
  ['2026-12-24T18:00:30+02:00', '2026-12-24T16:00:30.000Z'],
])('%s is %s', (text, iso) => {
  expect(timeAhead(text, now)).toBe(iso);
});

test.each(['soon', '', '2 h', '5w', '12', '2026-13-01', '2027-02-31', '2027-02-30 10:00', '24.12.2026'])(
  '"%s" is no time',
  (text) => {
    expect(() => timeAhead(text, now)).toThrow(expect.objectContaining({ code: 'usage', path: 'until' }));
  },
);

test.each(['0h', '2026-11-24', '2026-11-25T11:59Z'])('%s is over already', (text) => {
  expect(() => timeAhead(text, now)).toThrow(/is over already/);
});
