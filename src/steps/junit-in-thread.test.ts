import { expect, test } from 'vitest';

import { JunitProblem } from './junit.ts';
import { parseJunitInThread } from './junit-in-thread.ts';

const { signal } = new AbortController();

function report(tests: number): string {
  return `<testsuite>${'<testcase name="a test with a name of some length"/>'.repeat(tests)}</testsuite>`;
}

test('a large report is read as a small one is', async () => {
  for (const tests of [1, 20_000]) {
    const counted = await parseJunitInThread(report(tests), signal);
    expect(counted).toMatchObject({ passed: tests, failed: 0, skipped: 0 });
  }
});

test('a large one that is none is told as a small one is', async () => {
  const broken = report(20_000).slice(0, -5);
  await expect(parseJunitInThread(broken, signal)).rejects.toBeInstanceOf(JunitProblem);
});

test('this thread goes on while a large one is read', async () => {
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 1);
  await parseJunitInThread(report(100_000), signal);
  clearInterval(turning);
  expect(turns).toBeGreaterThan(5);
});
