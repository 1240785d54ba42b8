import { expect, test } from 'vitest';

import { type Freeze, freezeDeadline, isFrozen, reasonInstead } from './freeze.ts';

const day = 86_400_000;

function freeze(untilMs: number | null): Freeze {
  return { reason: 'year end', identity: 'ops@example.com', untilMs };
}

test.each<{ readonly freeze: Freeze | null; readonly now: number; readonly frozen: boolean }>([
  { freeze: null, now: 5, frozen: false },
  { freeze: freeze(null), now: 5, frozen: true },
  { freeze: freeze(6), now: 5, frozen: true },
  { freeze: freeze(5), now: 5, frozen: false },
])('frozen at $now with $freeze: $frozen', ({ freeze: standing, now, frozen }) => {
  expect(isFrozen(standing, now)).toBe(frozen);
});

test('a run that waits for the end of a freeze has its full time after it', () => {
  expect(freezeDeadline(freeze(null), 100, 14 * day)).toBe(100 + 14 * day);
  expect(freezeDeadline(freeze(30 * day), 100, 14 * day)).toBe(44 * day);
  expect(freezeDeadline(freeze(50), 100, 14 * day)).toBe(100 + 14 * day);
});

test('a freeze in the place of another one says what the other one was for, and until when', () => {
  const standing = { reason: 'year end', identity: 'ops@example.com', untilMs: Date.UTC(2026, 0, 2) };
  expect(reasonInstead('desk-3 ended badly', standing)).toBe(
    'desk-3 ended badly. It was frozen until 2026-01-02T00:00:00.000Z already, by ops@example.com: year end',
  );
  expect(reasonInstead('desk-3 ended badly', { ...standing, untilMs: null })).toBe(
    'desk-3 ended badly. It was frozen already, by ops@example.com: year end',
  );
});
