import { assert, double, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';

import { afterLife, backOffMs, describeEnd, hasSettled, type LifeEnd } from './restart-rule.ts';

const exited = (code: number): LifeEnd => ({ kind: 'exited', code, signal: null });

test.for([
  { case: 'a first exit', end: exited(1), isSettled: false, failures: 1, next: 'restart' },
  { case: 'a second exit', end: exited(1), isSettled: false, failures: 2, next: 'restart' },
  { case: 'a third exit', end: exited(1), isSettled: false, failures: 3, next: 'fail' },
  { case: 'an exit without an error', end: exited(0), isSettled: false, failures: 3, next: 'fail' },
  { case: 'a missing command', end: exited(127), isSettled: false, failures: 1, next: 'fail' },
  { case: 'a file that is no program', end: exited(126), isSettled: false, failures: 1, next: 'fail' },
  {
    case: 'a missing folder',
    end: { kind: 'not-started', reason: 'no folder' },
    isSettled: false,
    failures: 1,
    next: 'fail',
  },
  {
    case: 'a passed deadline',
    end: { kind: 'not-ready', reason: 'too slow' },
    isSettled: false,
    failures: 1,
    next: 'fail',
  },
  {
    case: 'too much memory once',
    end: { kind: 'unfit', reason: 'memory' },
    isSettled: false,
    failures: 1,
    next: 'restart',
  },
  {
    case: 'the 50th exit of a replica that has settled',
    end: exited(1),
    isSettled: true,
    failures: 50,
    next: 'restart',
  },
  {
    case: 'a command missing after it has settled',
    end: exited(127),
    isSettled: true,
    failures: 1,
    next: 'restart',
  },
  {
    case: 'a passed deadline after it has settled',
    end: { kind: 'not-ready', reason: 'slow' },
    isSettled: true,
    failures: 4,
    next: 'restart',
  },
] as const)('after $case: $next', ({ end, isSettled, failures, next }) => {
  expect(afterLife({ end, isSettled, failures, random: 0.5 })).toMatchObject({
    kind: next,
    reason: describeEnd(end),
  });
});

test.for([
  [exited(3), 'it exited with code 3'],
  [exited(127), 'its command was not found (exit code 127)'],
  [exited(126), 'its command cannot be executed (exit code 126)'],
  [{ kind: 'exited', code: null, signal: 'SIGSEGV' }, 'it was ended by SIGSEGV'],
  [{ kind: 'unfit', reason: 'its live check failed 3 times' }, 'its live check failed 3 times'],
] as const)('%j reads "%s"', ([end, text]) => {
  expect(describeEnd(end)).toBe(text);
});

test.for([
  { wasEverReady: false, sinceMs: 60_000, allowedMs: 5000, settled: false },
  { wasEverReady: true, sinceMs: 700, allowedMs: 5000, settled: false },
  { wasEverReady: true, sinceMs: 5000, allowedMs: 5000, settled: true },
  // A long time to load does not make every crash in it a failed start.
  { wasEverReady: true, sinceMs: 30_000, allowedMs: 600_000, settled: true },
])(
  '$sinceMs ms after its start, of $allowedMs allowed, ready before: $wasEverReady: settled $settled',
  (facts) => {
    expect(hasSettled(facts)).toBe(facts.settled);
  },
);

test('pauses grow, stay within bounds and differ between replicas', () => {
  expect([1, 2, 3, 4].map((failures) => backOffMs(failures, 1))).toEqual([200, 400, 800, 1600]);
  const inputs = record({ failures: nat(10_000), random: double({ min: 0, max: 1, noNaN: true }) });
  assert(
    property(inputs, ({ failures, random }) => {
      const pause = backOffMs(failures, random);
      expect(pause).toBeGreaterThanOrEqual(100);
      expect(pause).toBeLessThanOrEqual(20_000);
    }),
  );
  expect(backOffMs(5, 0)).toBeLessThan(backOffMs(5, 1));
});
