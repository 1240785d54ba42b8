import { expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { type Changes, openProject } from '../harness/project.ts';
import { expectUnchanged } from '../harness/unchanged.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
hello.commit({ 'deployer.yaml': helloSpec(), [helloFile]: helloProgram() });
await hello.ship();

interface BadCommit {
  readonly what: string;
  readonly files: Changes;
  readonly stage: string;
  readonly reason: RegExp;
  /** Of the stage's log. */
  readonly shows?: RegExp;
}

const badCommits: readonly BadCommit[] = [
  {
    what: 'a build command that does not exist',
    files: { 'deployer.yaml': withWeb({ build: 'no-such-compiler main.mjs' }) },
    stage: 'build',
    reason: /web.*no-such-compiler.*127/,
    shows: /no-such-compiler.*not found/,
  },
  {
    what: 'a component whose command does not exist',
    files: { 'deployer.yaml': withWeb({ run: 'no-such-server' }) },
    stage: 'prepare',
    reason: /web/,
    shows: /no-such-server.*not found/,
  },
  {
    what: 'a component that ends at once',
    files: { [helloFile]: helloProgram({ flaw: 'crashes' }) },
    stage: 'prepare',
    reason: /web/,
    shows: /reading the model[^]*the model file is broken/,
  },
  {
    what: 'a component that never gets ready',
    files: {
      'deployer.yaml': withWeb({ health: { seconds: 2 } }),
      [helloFile]: helloProgram({ flaw: 'never ready' }),
    },
    stage: 'prepare',
    reason: /web.*2/,
    shows: /waiting for a licence/,
  },
  {
    what: 'a test command that hangs',
    files: { 'deployer.yaml': withUnit({ run: 'echo connecting; sleep 600', timeout: '1s' }) },
    stage: 'unit',
    reason: /1(\.\d)? s/,
    shows: /connecting/,
  },
  {
    what: 'a report of failures with an exit code of success',
    files: {
      'deployer.yaml': withUnit({ run: 'cp failures.xml report.xml', report: 'report.xml' }),
      'failures.xml':
        '<testsuite><testcase name="adds up"><failure message="2 is not 3"/></testcase></testsuite>',
    },
    stage: 'unit',
    reason: /adds up|1 of 1|failed/,
  },
];

test.each(badCommits)('$what: the run fails there, says why, and users see nothing', async (bad) => {
  await expectUnchanged(hello, 'production', async () => {
    hello.commit(bad.files);
    const { stage, log, run } = await shipToFailure(hello);
    expect(stage).toMatchObject({
      name: bad.stage,
      verdict: 'fail',
      reason: expect.stringMatching(bad.reason),
    });
    if (bad.shows !== undefined) expect(log).toMatch(bad.shows);
    const shown = await hello.run(['run', run]);
    expect(shown.out).toContain('deployer ');
    hello.commit({ 'deployer.yaml': helloSpec(), [helloFile]: helloProgram() });
  });
});

const unreadable = [
  {
    what: 'a report that is not XML',
    unit: { run: 'echo "ok 1 - passes" > report.xml', report: 'report.xml' },
    files: {},
  },
  {
    what: 'a report that the tests did not write, but somebody committed',
    unit: { run: 'true', report: 'report.xml' },
    files: { 'report.xml': '<testsuite><testcase name="of last year"/></testsuite>' },
  },
];

test.each(unreadable)(
  '$what: nothing is decided, the run waits and says for what',
  async ({ unit, files }) => {
    await expectUnchanged(hello, 'production', async () => {
      hello.commit({ 'deployer.yaml': withUnit(unit), ...files });
      const { code, run, result } = await hello.ship();
      expect(code).toBe(5);
      expect(result).toMatchObject({
        state: 'waiting',
        waiting: {
          kind: 'undecided',
          reason: expect.stringContaining('report.xml'),
          next: expect.stringContaining(run),
        },
      });
      expect(await hello.run(['reject', run, '--reason', 'no report'])).toMatchObject({ code: 0 });
      expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 1 });
      hello.commit({ 'deployer.yaml': helloSpec() });
    });
  },
);

function withWeb(changes: object): object {
  const spec = helloSpec();
  return { ...spec, components: { web: { ...spec.components.web, ...changes } } };
}

function withUnit(unit: object): object {
  return { ...helloSpec(), tests: { unit } };
}
