import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { Suite } from '../core/definition/integration.ts';
import type { StageOutcome } from '../core/verdicts/verdict.ts';
import { definition, environment, stage, stepContext } from '../../test/steps/step-context.ts';
import { suiteStep } from './suite.ts';

const passing = `echo '<testsuite><testcase name="a"/></testsuite>' > report.xml`;

test('a suite that writes a passing report passes, with its figures as evidence', async () => {
  const { outcome, lines } = await runSuite({ run: `echo hello; ${passing}` });
  expect(outcome).toMatchObject({ verdict: 'pass', reason: '1 test passed' });
  expect(outcome.evidence[0]).toMatchObject({
    kind: 'suite',
    body: { suite: 'unit', exitCode: 0, report: { tests: { passed: 1 } }, commit: 'c'.repeat(40) },
  });
  expect(lines).toContain('stdout: hello');
});

test('a report of an earlier execution is not taken for this one', async () => {
  const { outcome } = await runSuite({ run: 'true' }, (folder) =>
    writeFile(join(folder, 'report.xml'), '<testsuite><testcase name="a"/></testsuite>'),
  );
  expect(outcome).toMatchObject({ verdict: 'undecided', reason: expect.stringContaining('wrote no report') });
});

test('an old report that the suite copies into place is not taken for this execution', async () => {
  const { outcome } = await runSuite({ run: `${passing}; touch -d '2001-02-03' report.xml` });
  expect(outcome).toMatchObject({ verdict: 'undecided', reason: expect.stringContaining('an old report') });
});

test.each([
  ['a text', `echo fine > report.xml`, 'is not XML'],
  ['a folder', `mkdir report.xml`, 'is not a file'],
  ['a named pipe', `mkfifo report.xml`, 'is not a file'],
  ['an unknown encoding', `echo '<?xml version="1.0" encoding="klingon"?><t/>' > report.xml`, 'klingon'],
  ['a sparse file of a gigabyte', `truncate -s 1G report.xml`, 'is larger than'],
])('%s in place of a report is undecided', async (_, run, reason) => {
  const { outcome } = await runSuite({ run });
  expect(outcome).toMatchObject({ verdict: 'undecided', reason: expect.stringContaining(reason) });
});

test('a report in UTF-16 is read', async () => {
  const { outcome } = await runSuite({ run: 'cp utf16.xml report.xml' }, (folder) =>
    writeFile(join(folder, 'utf16.xml'), '\uFEFF<testsuite><testcase name="ä"/></testsuite>', 'utf16le'),
  );
  expect(outcome).toMatchObject({ verdict: 'pass' });
});

test('a suite that hangs is stopped and fails', async () => {
  const { outcome } = await runSuite({ run: `${passing}; sleep 60`, timeoutMs: 200 });
  expect(outcome).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('time was over') });
});

test('without a report the exit code decides', async () => {
  const { outcome } = await runSuite({ run: 'exit 3', report: null });
  expect(outcome).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('exited 3') });
});

test('a report outside the folder is refused', async () => {
  await expect(runSuite({ run: 'true', report: '../report.xml' })).rejects.toThrow('not inside');
});

test.each([
  { what: 'is missing', before: async () => {}, verdict: 'pass' },
  {
    what: 'is a file',
    before: (folder: string) => writeFile(join(folder, 'reports'), ''),
    verdict: 'fail',
  },
])('the folder of a report that $what: $verdict', async ({ before, verdict }) => {
  const report = '<testsuite><testcase name="adds up"/></testsuite>';
  const run = `echo '${report}' > reports/deep/unit.xml`;
  const { outcome } = await runSuite({ run, report: 'reports/deep/unit.xml' }, before);
  expect(outcome).toMatchObject({ verdict });
});

test('a suite at a candidate gets its address and one file of everyone to trust', async () => {
  await using tested = await stepContext();
  const { context } = tested;
  const caFile = join(context.folder, 'authority.pem');
  await mkdir(context.folder, { recursive: true });
  await writeFile(caFile, '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n');
  const suite = { ...unit, run: `echo "$DEPLOYER_URL"; cp "$SSL_CERT_FILE" trusted.pem`, report: null };
  const candidate = {
    integration: 'desk',
    environment: 'dev',
    deployment: 'dev-3',
    previewUrl: 'https://127.0.0.1:4711',
  };
  const outcome = await suiteStep({ nodeFolder: '/none' }).run({
    ...context,
    definition: definition({ suites: { unit: suite } }),
    stage: stage('suite', { name: 'unit', suite: 'unit', environment: 'dev' }),
    change: {
      environment: environment(),
      edge: { url: 'https://127.0.0.1:4710', port: 4710, caFile, probeToken: 't' },
      candidate,
      former: null,
    },
  });
  expect(outcome).toMatchObject({ verdict: 'pass', evidence: [{ body: { deployment: 'dev-3' } }] });
  expect(tested.lines).toContain('stdout: https://127.0.0.1:4711');
  const trusted = await readFile(join(context.folder, 'trusted.pem'), 'utf8');
  expect(trusted).toContain('QUJD');
  expect(trusted.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
  await expect(stat(join(context.folder, 'ca-bundle.pem'))).rejects.toThrow('ENOENT');
});

const unit: Suite = {
  name: 'unit',
  run: 'true',
  report: 'report.xml',
  timeoutMs: 10_000,
  env: {},
  writes: true,
};

async function runSuite(
  parts: Partial<Suite>,
  before: (folder: string) => Promise<void> = async () => {},
): Promise<{ outcome: StageOutcome; lines: readonly string[] }> {
  await using tested = await stepContext({
    definition: definition({ suites: { unit: { ...unit, ...parts } } }),
    stage: stage('suite', { name: 'unit', suite: 'unit' }),
  });
  await mkdir(tested.context.folder, { recursive: true });
  await before(tested.context.folder);
  return { outcome: await suiteStep({ nodeFolder: '/none' }).run(tested.context), lines: tested.lines };
}
