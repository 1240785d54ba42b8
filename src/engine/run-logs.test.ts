import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { systemClock } from '../core/clock.ts';
import type { RunEvent } from '../core/pipeline/run.ts';
import { stageLog } from './run-logs.ts';

const subject = { run: 'shop-1', stage: 'build', environment: null };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Stores what it gets, unless told that it is away, or broken. */
function database() {
  const lines: string[] = [];
  let problem: Error | null = null;
  return {
    lines,
    breakWith: (error: Error | null) => (problem = error),
    append: async (_run: string, events: readonly RunEvent[]): Promise<void> => {
      await Promise.resolve();
      if (problem !== null) throw problem;
      for (const event of events) if (event.type === 'log') lines.push(event.line);
    },
  };
}

const connectionLost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

test('lines are stored after a tenth of a second, in order', async () => {
  const { append, lines } = database();
  const log = stageLog(subject, { append, clock: systemClock });
  log.write('one', 'stdout');
  log.write('two', 'stderr');
  expect(lines).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(lines).toEqual(['one', 'two']);
  await log.close();
});

test('a database that is away for a while costs no line and no order, and `close` waits for it', async () => {
  const { append, lines, breakWith } = database();
  const log = stageLog(subject, { append, clock: systemClock });
  breakWith(connectionLost);
  log.write('one', 'stdout');
  await vi.advanceTimersByTimeAsync(1000);
  log.write('two', 'stdout');
  let isClosed = false;
  const closing = log.close().then(() => (isClosed = true));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([lines, isClosed]).toEqual([[], false]);
  breakWith(null);
  await vi.advanceTimersByTimeAsync(1000);
  await closing;
  expect(lines).toEqual(['one', 'two']);
});

test('a flood of lines while the database is away keeps the newest, and says how many are missing', async () => {
  const { append, lines, breakWith } = database();
  const log = stageLog(subject, { append, clock: systemClock });
  breakWith(connectionLost);
  log.write('first', 'stdout');
  await vi.advanceTimersByTimeAsync(100);
  for (let n = 1; n <= 25_000; n += 1) log.write(`line ${n}`, 'stdout');
  breakWith(null);
  await vi.advanceTimersByTimeAsync(1000);
  await log.close();
  expect(lines.slice(0, 3)).toEqual([
    'first',
    '15000 lines are missing here: the database could not be reached',
    'line 15001',
  ]);
  expect(lines).toHaveLength(10_002);
});

test('a burst of lines loses none while the database is there', async () => {
  const { append, lines } = database();
  const log = stageLog(subject, { append, clock: systemClock });
  for (let n = 1; n <= 25_000; n += 1) log.write(`line ${n}`, 'stdout');
  await log.close();
  expect(lines).toHaveLength(25_000);
});

test('what is no lost connection is told by `close`', async () => {
  const { append, breakWith } = database();
  const log = stageLog(subject, { append, clock: systemClock });
  breakWith(new Error('no such table'));
  log.write('one', 'stdout');
  await expect(log.close()).rejects.toThrow('no such table');
});
