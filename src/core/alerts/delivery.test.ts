import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { chooseDue, deliveryWithinMs, nextTryMs } from './delivery.ts';

test('pauses grow up to half an hour, and at the deadline it is given up', () => {
  const pauseAfter = (attempts: number): number | null =>
    nextTryMs({ attempts, nowMs: 0, deadlineMs: deliveryWithinMs, random: 0.5 });
  expect([1, 2, 3, 4, 5, 6, 7, 50].map(pauseAfter)).toEqual([
    5000, 15_000, 45_000, 135_000, 405_000, 1_215_000, 1_800_000, 1_800_000,
  ]);
  expect(nextTryMs({ attempts: 1, nowMs: 0, deadlineMs: 5000, random: 0.5 })).toBeNull();
});

test('a try is never put off beyond the deadline, and never more than a quarter off its pause', () => {
  const failure = fc.record({
    attempts: fc.integer({ min: 1, max: 80 }),
    nowMs: fc.integer({ min: 0, max: 1e9 }),
    deadlineMs: fc.integer({ min: 0, max: 1e9 }),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(failure, (failed) => {
      const next = nextTryMs(failed);
      if (next === null) return;
      expect(next).toBeLessThan(failed.deadlineMs);
      expect(next - failed.nowMs).toBeGreaterThanOrEqual(3750);
      expect(next - failed.nowMs).toBeLessThanOrEqual(2_250_000);
    }),
  );
});

test('each receiver has one on its way, the oldest first, and there are never too many at once', () => {
  const receiver = fc.constantFrom('a', 'b', 'c', 'd');
  const list = fc.array(receiver, { maxLength: 12 });
  fc.assert(
    fc.property(list, fc.uniqueArray(receiver), fc.integer({ min: 0, max: 6 }), (waiting, busy, atMost) => {
      const due = waiting.map((each, index) => ({ id: `${index}`, integration: 'desk', receiver: each }));
      const underway = busy.map((each) => ({ id: `busy ${each}`, integration: 'desk', receiver: each }));
      const chosen = chooseDue(due, underway, atMost);
      expect(chosen.length + underway.length).toBeLessThanOrEqual(Math.max(atMost, underway.length));
      expect(new Set(chosen.map((each) => each.receiver)).size).toBe(chosen.length);
      for (const each of chosen) {
        expect(busy).not.toContain(each.receiver);
        expect(due.find((other) => other.receiver === each.receiver)?.id).toBe(each.id);
      }
    }),
  );
});

test('receivers of two integrations are two, whatever they are called', () => {
  const receiver = 'secret://local/alerts#webhook';
  const due = ['desk', 'shop'].map((integration) => ({ id: integration, integration, receiver }));
  expect(chooseDue(due, [], 8).map(({ id }) => id)).toEqual(['desk', 'shop']);
  expect(chooseDue(due.slice(1), due.slice(0, 1), 8).map(({ id }) => id)).toEqual(['shop']);
});
