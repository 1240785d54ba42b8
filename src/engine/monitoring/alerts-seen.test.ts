import { expect, test } from 'vitest';

import { ruleSeen } from './alerts-seen.ts';

const rule = { metric: 'errorRate', limit: 0.02 } as const;
const looked = '2026-03-09T08:00:00.000Z';
const recorded = { state: 'firing', reason: '31 of 412 failed', looked_at: new Date(looked) } as const;
const after = (minutes: number): number => Date.parse(looked) + minutes * 60_000;

test('an alert stands as it was seen last, at the time when it was', () => {
  expect(ruleSeen(rule, recorded, after(1))).toEqual({
    ...rule,
    state: 'firing',
    reason: '31 of 412 failed',
    isLookedAt: true,
    at: looked,
  });
});

test('what was seen long ago says that nobody looks, and not how the alert stands', () => {
  expect(ruleSeen(rule, recorded, after(60))).toMatchObject({
    state: 'undecided',
    reason: 'nobody has looked since it was firing',
    isLookedAt: false,
    at: looked,
  });
  expect(ruleSeen(rule, null, after(0))).toMatchObject({ state: 'undecided', isLookedAt: false, at: null });
});
