import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { expectUnchanged } from '../harness/unchanged.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
/** What the suite copies to where its report belongs. */
const source = join(home.scratch, 'source.xml');
const spec = {
  ...helloSpec({ production: { approval: { none: 'a test' }, gates: ['smoke'] } }),
  tests: { smoke: { run: `cp ${source} report.xml || true`, report: 'report.xml', writes: false } },
};
const passing = '<testsuite><testcase name="answers"/></testsuite>';

await writeFile(source, passing);
hello.commit({ 'deployer.yaml': spec, [helloFile]: helloProgram({ says: 'one' }) });
expect(await hello.ship()).toMatchObject({ code: 0 });

const reports = [
  { what: 'no tests', report: '<testsuite name="empty" tests="0"/>', reason: /no test|zero|0 tests/i },
  {
    what: 'only skipped tests',
    report: '<testsuite><testcase name="a"><skipped/></testcase></testsuite>',
    reason: /no test|zero|0 tests|skipped/i,
  },
  { what: 'half a report', report: '<testsuite><testcase name="a"/>', reason: /report\.xml/ },
];

test.each(reports)(
  '$what: the release stays out, the run waits, and a person ends it',
  async ({ report, reason }) => {
    await expectUnchanged(hello, 'production', async () => {
      await writeFile(source, report);
      hello.commit({ [helloFile]: helloProgram({ says: report.slice(0, 20) }) });
      const { code, run, result } = await hello.ship();
      expect(code).toBe(5);
      expect(result.waiting).toMatchObject({
        kind: 'undecided',
        environment: 'production',
        reason: expect.stringMatching(reason),
        next: `deployer retry ${run}`,
      });
      expect((await hello.environment('production')).candidate).not.toBeNull();
      expect(await hello.run(['reject', run, '--reason', 'nothing was tested'])).toMatchObject({ code: 0 });
      expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 1 });
      expect(await hello.view(run)).toMatchObject({ state: 'failed' });
    });
  },
);

test('an undecided stage is done again by `retry`, and passes when there is something to see', async () => {
  await writeFile(source, '<testsuite/>');
  hello.commit({ [helloFile]: helloProgram({ says: 'two' }) });
  const { code, run } = await hello.ship();
  expect(code).toBe(5);
  expect(await hello.run(['retry', run, '--follow'])).toMatchObject({ code: 5 });
  await writeFile(source, passing);
  expect(await hello.run(['retry', run, '--follow'])).toMatchObject({ code: 0 });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'two' });
});

test('a watch without users is decided by probes, and says how many there were', async () => {
  const watched = openProject(home, 'watched');
  const watch = { seconds: 1, minRequests: 5, errorRate: 0.1 };
  watched.commit({
    'deployer.yaml': {
      ...helloSpec({ production: { approval: { none: 'a test' }, watch } }),
      integration: { key: 'watched' },
    },
    [helloFile]: helloProgram(),
  });
  const { code, run } = await watched.ship();
  expect(code).toBe(0);
  const { stages } = await watched.view(run);
  expect(stages.find(({ name }) => name === 'watch')).toMatchObject({
    verdict: 'pass',
    reason: expect.stringMatching(/5.*synthetic|synthetic.*5/),
  });
});
