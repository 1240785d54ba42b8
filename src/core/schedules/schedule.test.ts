import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { decideSchedule, mostCounted, type ScheduleFacts } from './schedule.ts';

const hourMs = 3_600_000;
const hourly = (after: Date): Date => new Date((Math.floor(after.getTime() / hourMs) + 1) * hourMs);
const at = (hour: number, minute = 0): Date => new Date(Date.UTC(2026, 5, 1, hour, minute));
const idle: ScheduleFacts = { nextAt: at(3), startedAt: null, endedAt: null, isOwnerAlive: false };

test.each<[string, Partial<ScheduleFacts>, Date, object]>([
  ['before its time it waits', {}, at(2, 59), { kind: 'wait' }],
  ['at its time it starts', {}, at(3), { kind: 'start', missed: 0, nextAt: at(4) }],
  ['overdue, it starts once and says what it missed', {}, at(7, 30), { missed: 4, nextAt: at(8) }],
  ['while it goes on, it waits', { startedAt: at(2), isOwnerAlive: true }, at(5), { kind: 'wait' }],
  ['whose worker was killed starts again at once', { startedAt: at(2) }, at(2, 1), { nextAt: at(3) }],
  ['whose worker was killed long ago starts once', { startedAt: at(2) }, at(4), { missed: 1, nextAt: at(5) }],
  ['that has ended waits for its time', { startedAt: at(2), endedAt: at(2) }, at(2, 5), { kind: 'wait' }],
])('a schedule %s', (_, facts, now, expected) => {
  expect(decideSchedule({ ...idle, ...facts }, now, hourly)).toMatchObject(expected);
});

test('after any downtime a schedule starts exactly once, and its next time is to come', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: hourMs - 1 }), (hours, rest) => {
      const now = new Date(at(3).getTime() + hours * hourMs + rest);
      const first = decideSchedule(idle, now, hourly);
      if (first.kind === 'wait' || first.nextAt === null) throw new Error('it does not start');
      expect(first.missed).toBe(Math.min(hours, mostCounted));
      expect(first.nextAt > now).toBe(true);
      const after = { ...idle, nextAt: first.nextAt, startedAt: now, endedAt: now };
      expect(decideSchedule(after, now, hourly)).toEqual({ kind: 'wait' });
    }),
  );
});

test('a schedule that has no further time starts for the last one', () => {
  expect(decideSchedule(idle, at(3), () => null)).toEqual({ kind: 'start', missed: 0, nextAt: null });
});
