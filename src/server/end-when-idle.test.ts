import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { endWhenIdle } from './end-when-idle.ts';

const hourMs = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a server ends after three hours in which it had nothing, and not before', async () => {
  let ends = 0;
  const timer = endWhenIdle(
    () => Promise.resolve(true),
    () => (ends += 1),
  );
  await vi.advanceTimersByTimeAsync(3 * hourMs - 1);
  expect(ends).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(ends).toBe(1);
  clearInterval(timer);
});

test('a look that fails ends nothing, and the three hours begin again', async () => {
  let ends = 0;
  let isAway = false;
  const timer = endWhenIdle(
    () => (isAway ? Promise.reject(new Error('the database is away')) : Promise.resolve(true)),
    () => (ends += 1),
  );
  await vi.advanceTimersByTimeAsync(2 * hourMs);
  isAway = true;
  await vi.advanceTimersByTimeAsync(60_000);
  isAway = false;
  await vi.advanceTimersByTimeAsync(3 * hourMs - 1);
  expect(ends).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(ends).toBe(1);
  clearInterval(timer);
});
