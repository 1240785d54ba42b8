import { expect, test } from 'vitest';

import type { CommandEnd } from '../pipeline/command-end.ts';
import { type ReportFinding, suiteVerdict, type TestReport } from './suite-verdict.ts';

const ok: CommandEnd = { exitCode: 0, signal: null, timedOut: false, durationMs: 1200 };
const exit1: CommandEnd = { ...ok, exitCode: 1 };
const path = 'reports/unit.xml';

const table: readonly [string, CommandEnd, ReportFinding, string, string][] = [
  ['all tests passed', ok, read({ passed: 142, skipped: 3 }), 'pass', '142 tests passed, 3 skipped'],
  ['one test passed', ok, read({ passed: 1 }), 'pass', '1 test passed'],
  [
    'a test failed',
    exit1,
    read({ passed: 1, failed: 1, failures: [{ name: 'refund › twice', message: 'expected 1' }] }),
    'fail',
    '1 of 2 tests failed: refund › twice (expected 1)',
  ],
  [
    'more tests failed than a sentence can name',
    exit1,
    read({ failed: 5, failures: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, message: '' })) }),
    'fail',
    '5 of 5 tests failed: a; b; c; and 2 more',
  ],
  [
    'the exit code denies a failed test',
    ok,
    read({ failed: 1, failures: [{ name: 'a', message: '' }] }),
    'fail',
    '1 of 1 test failed, although unit exited 0: a',
  ],
  [
    'an error beside the tests',
    ok,
    read({ passed: 2, failures: [{ name: 'b.test.ts', message: 'cannot load' }] }),
    'fail',
    '0 of 2 tests failed, although unit exited 0: b.test.ts (cannot load)',
  ],
  [
    'the report denies a failing exit code',
    exit1,
    read({ passed: 2 }),
    'fail',
    'unit exited 1 after 1.2 s, although its report shows 2 passed tests',
  ],
  ['no test at all', ok, read({}), 'undecided', `unit ran no test (${path}) and exited 0 after 1.2 s`],
  [
    'only skipped tests',
    ok,
    read({ skipped: 4 }),
    'undecided',
    `unit ran no test (${path}, 4 skipped) and exited 0 after 1.2 s`,
  ],
  [
    'no test, and a runner that calls that an error',
    { ...ok, exitCode: 5 },
    read({}),
    'undecided',
    `unit ran no test (${path}) and exited 5 after 1.2 s`,
  ],
  [
    'no report from a succeeding suite',
    ok,
    { kind: 'missing', path },
    'undecided',
    `unit exited 0 after 1.2 s and wrote no report at ${path}`,
  ],
  [
    'no report from a failing suite',
    exit1,
    { kind: 'missing', path },
    'fail',
    `unit exited 1 after 1.2 s and wrote no report at ${path}`,
  ],
  [
    'an old report',
    ok,
    { kind: 'older-than-run', path },
    'undecided',
    `unit exited 0 after 1.2 s and left an old report at ${path}, written before it ran`,
  ],
  [
    'a report that is not XML',
    ok,
    { kind: 'unreadable', path, problem: 'is not XML (line 1: no tag)' },
    'undecided',
    `unit exited 0 after 1.2 s and wrote a report that cannot be read: ${path} is not XML (line 1: no tag)`,
  ],
  ['no report wanted', ok, { kind: 'not-wanted' }, 'pass', 'unit exited 0 after 1.2 s; it writes no report'],
  ['no report wanted, failing', exit1, { kind: 'not-wanted' }, 'fail', 'unit exited 1 after 1.2 s'],
  [
    'ended by a signal',
    { ...ok, exitCode: null, signal: 'SIGSEGV' },
    read({ passed: 2 }),
    'fail',
    'unit was ended by SIGSEGV after 1.2 s, although its report shows 2 passed tests',
  ],
  [
    'its time was over',
    { exitCode: 0, signal: null, timedOut: true, durationMs: 900_000 },
    read({ passed: 2 }),
    'fail',
    'unit was still running when its time was over and was stopped after 15 min',
  ],
];

test.each(table)('%s', (_, end, report, ...[verdict, reason]) => {
  expect(suiteVerdict({ suite: 'unit', end, report })).toEqual({ verdict, reason, evidence: [] });
});

function read(tests: Partial<TestReport>): ReportFinding {
  return { kind: 'read', path, tests: { passed: 0, failed: 0, skipped: 0, failures: [], ...tests } };
}
