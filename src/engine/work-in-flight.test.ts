import { expect, test } from 'vitest';

import { workInFlight } from './work-in-flight.ts';

test('a cancel stops what goes on for that run, and says why; other runs go on', () => {
  const work = workInFlight();
  using mine = work.begin('hello-1', 60_000, 'build');
  using other = work.begin('hello-2', 60_000, 'build');
  work.cancel('hello-1', 'changed my mind');
  expect(mine.signal.aborted).toBe(true);
  expect([mine.isCancelled(), mine.reason()]).toEqual([true, 'changed my mind']);
  expect(other.signal.aborted).toBe(false);
});

test('work whose time is over is stopped, which is no cancel', async () => {
  const work = workInFlight();
  using mine = work.begin('hello-1', 1, 'build');
  await new Promise((resolve) => mine.signal.addEventListener('abort', resolve, { once: true }));
  expect(mine.signal.reason).toMatchObject({ code: 'deadline_passed' });
  expect(mine.isCancelled()).toBe(false);
});

test('whoever waits for the end of a run’s work is told when the last of it has ended', async () => {
  const work = workInFlight();
  const one = work.begin('hello-1', 60_000, 'build');
  const two = work.begin('hello-1', 60_000, 'test');
  let isOver = false;
  const waiting = work.untilStopped('hello-1', 60_000).then(() => (isOver = true));
  one[Symbol.dispose]();
  await Promise.resolve();
  expect(isOver).toBe(false);
  two[Symbol.dispose]();
  await waiting;
  await work.untilStopped('hello-1', 60_000);
});

test('when the server stops, what goes on and what would begin is stopped without being cancelled', () => {
  const work = workInFlight();
  using before = work.begin('hello-1', 60_000, 'build');
  void work.stopAll(60_000);
  using after = work.begin('hello-1', 60_000, 'test');
  for (const each of [before, after])
    expect([each.signal.aborted, each.isStopping(), each.isCancelled()]).toEqual([true, true, false]);
});

test('a drain waits for steps in flight, and none begins any more', async () => {
  const work = workInFlight();
  const gate = Promise.withResolvers<void>();
  const step = work.step('hello-1/1', () => gate.promise);
  let isDrained = false;
  const draining = work.drain().then(() => (isDrained = true));
  let hasBegun = false;
  void work.step('hello-2/1', async () => {
    hasBegun = true;
  });
  await Promise.resolve();
  expect(isDrained).toBe(false);
  gate.resolve();
  await Promise.all([step, draining]);
  expect(hasBegun).toBe(false);
  await work.drain();
});

test('a server that stops knows when what it has stopped is over, and no step begins any more', async () => {
  const work = workInFlight();
  const mine = work.begin('hello-1', 60_000, 'build');
  let isOver = false;
  const stopping = work.stopAll(60_000).then(() => (isOver = true));
  let hasBegun = false;
  void work.step('hello-2/1', async () => {
    hasBegun = true;
  });
  await Promise.resolve();
  expect(isOver).toBe(false);
  mine[Symbol.dispose]();
  await stopping;
  expect(hasBegun).toBe(false);
});
