import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { deployer, type Ran } from '../../../test/cli/command-line.ts';
import { exampleSpec } from '../../../test/questionnaire/example-spec.ts';
import { loadSpec } from '../../spec/load.ts';

interface Desk {
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  readonly read: (file: string) => string;
  readonly folder: string;
}

function desk(answers?: string): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-answer-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'deployer.yaml'), exampleSpec, { mode: 0o640 });
  if (answers !== undefined) {
    mkdirSync(join(folder, 'deployment'));
    writeFileSync(join(folder, 'deployment', 'answers.yaml'), answers);
  }
  return {
    run: (...args) => deployer(args, { home: join(folder, 'home'), cwd: folder }),
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    folder,
  };
}

test('an answer shows what it changes in the document and in deployer.yaml, and writes both files', async () => {
  const { run, read, folder } = desk();
  const { code, out } = await run('answer', 'rollback.watch', '60s');
  expect(code).toBe(0);
  expect(out).toContain('- Nothing is watched in production after a switch. (assumed)');
  expect(out).toContain('+ A release is watched in production for 1m after the switch. (decided)');
  expect(out).toMatch(/deployer\.yaml\n {2}@@ .* @@\n[^]*\+ {5}watch:\n {2}\+ {7}seconds: 60/);
  expect(out).toContain('✓ written: deployment/answers.yaml, deployer.yaml');
  expect(read('deployment/answers.yaml')).toMatch(
    /^answers:\n {2}rollback\.watch:\n {4}answer: 60s\n {4}by: qa@example\.com\n {4}at: 20\d\d-.*Z$/m,
  );
  expect(read('deployer.yaml')).toContain('    watch:\n      seconds: 60\n');
  expect(statSync(join(folder, 'deployer.yaml')).mode & 0o777).toBe(0o640);
  expect(
    loadSpec({ text: read('deployer.yaml'), file: 'deployer.yaml', folder: '.' }).definition,
  ).not.toBeNull();
});

test('an answer shows all that it changes in the document, by section', async () => {
  const { run } = desk();
  const { code, out } = await run('answer', 'rollback.rehearsal', 'yes');
  expect(code).toBe(0);
  const sections = ['Step-by-Step CI/CD Workflow Configuration', 'Rollback Strategies & Monitoring'];
  for (const title of sections) expect(out).toContain(`${title}\n`);
  expect(out).toMatch(/\+ .*rollback-rehearsal.*\(decided\)/);
  expect(out).toContain('+ Going back is rehearsed in staging');
  const { document } = JSON.parse((await run('answer', 'rollback.rehearsal', 'no', '--json')).out);
  expect(document.map(({ title }: { title: string }) => title)).toEqual(expect.arrayContaining(sections));
});

test('an answer that lacks detail is recorded, changes nothing else, and is done: exit code 0', async () => {
  const { run, read } = desk();
  const { code, out } = await run('answer', 'integration.owners', 'tbd');
  expect(code).toBe(0);
  expect(out).toContain(
    '! integration.owners needs more detail: "tbd" is no address that could be written to.',
  );
  expect(out).toContain('meanwhile Nobody is named who answers for the integration.');
  expect(out).toContain('asked again Which addresses does mail reach');
  expect(read('deployment/answers.yaml')).toContain('answer: tbd');
  expect(read('deployer.yaml')).toBe(exampleSpec);
  const questions = await run('questions');
  expect(questions.out).toContain('answered "tbd": "tbd" is no address');
});

test('an answer in conflict is recorded and shown with both sides: exit code 0', async () => {
  const { run, read } = desk();
  const { code, out } = await run('answer', 'pipeline.approvals', '5');
  expect(code).toBe(0);
  expect(out).toContain('1 conflict');
  expect(out).toContain('deployer.yaml says ops@example.com at environments.production.approval.approvers.');
  expect(out).toContain('deployment/answers.yaml says 5 at pipeline.approvals');
  expect(read('deployer.yaml')).toBe(exampleSpec);
});

test('an answer that the repository contradicts is shown with the file that says something else', async () => {
  const { run, folder } = desk();
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  writeFileSync(join(folder, '.github/workflows/x.yml'), 'on: push\n');
  const { code, out } = await run('answer', 'pipeline.ci', 'gitlab-ci');
  expect(code).toBe(0);
  expect(out).toContain('deployment/answers.yaml says GitLab CI at pipeline.ci (qa@example.com');
  expect(out).toContain('.github/workflows/x.yml says GitHub Actions.');
});

test('the same answer again changes when it was given, and nothing else', async () => {
  const { run, read } = desk();
  await run('answer', 'rollback.watch', '60s');
  const spec = read('deployer.yaml');
  const { code, out } = await run('answer', 'rollback.watch', '60s');
  expect(code).toBe(0);
  expect(out).toContain('Nothing else changes');
  expect(read('deployer.yaml')).toBe(spec);
});

test('an answer is taken back: the question is open again unless deployer.yaml decides it', async () => {
  const { run, read } = desk();
  await run('answer', 'pipeline.ci', 'jenkins');
  const { code, out } = await run('answer', 'pipeline.ci', '--remove');
  expect(code).toBe(0);
  expect(out).toContain('+ CI tool beside Deployer: none');
  expect(read('deployment/answers.yaml')).not.toContain('pipeline.ci');
  expect((await run('answer', 'pipeline.ci', '--remove')).out).toContain('Nothing was written.');
});

test('with --json it is one object, with what was written', async () => {
  const { run } = desk();
  const { out } = await run('answer', 'rollback.watch', '60s', '--json');
  expect(JSON.parse(out)).toMatchObject({
    question: 'rollback.watch',
    lacks: null,
    assumed: null,
    statements: [
      { id: 'rollback.watch.production', before: { source: 'assumed' }, after: { source: 'decided' } },
      // Only where there is a watch it matters how many requests it judges.
      { id: 'rollback.watch-requests.production', before: null, after: { source: 'assumed' } },
    ],
    conflicts: [],
    written: ['deployment/answers.yaml', 'deployer.yaml'],
  });
});

test.for([
  [['rollback.wtach', '60s'], 'There is no question "rollback.wtach"', 'Did you mean rollback.watch?'],
  [['rollback.watch'], '<value> is missing', 'deployer answer rollback.watch <time, e.g. 15m>'],
  [['pipeline.ci'], 'github-actions: GitHub Actions', 'deployer answer pipeline.ci <none|github-actions|'],
  [
    ['infrastructure.cloud'],
    'aws: Amazon Web Services, an account of yours',
    'load balancer: Application Load Balancer',
    'deployer answer infrastructure.cloud <none|aws|azure|gcp>',
  ],
  [
    ['rollback.watch', '60s', '--remove'],
    'Either a value or --remove',
    'deployer answer rollback.watch --remove',
  ],
] as const)('deployer answer %j is wrong usage, and writes nothing', async ([args, ...said]) => {
  const { run, read } = desk();
  const { code, err } = await run('answer', ...args);
  expect(code).toBe(2);
  for (const each of said) expect(err).toContain(each);
  expect(() => read('deployment/answers.yaml')).toThrow('ENOENT');
});

test('a broken file of answers is not touched, and its place is named', async () => {
  const { run, read } = desk('answers: {\n');
  const { code, err } = await run('answer', 'rollback.watch', '60s');
  expect(code).toBe(2);
  expect(err).toContain('deployment/answers.yaml:2:1');
  expect(read('deployment/answers.yaml')).toBe('answers: {\n');
  const questions = await run('questions');
  expect(questions.code).toBe(0);
  expect(questions.out).toContain('This is not valid YAML');
});

test('without a deployer.yaml there is nothing to answer for', async () => {
  const { folder } = desk();
  rmSync(join(folder, 'deployer.yaml'));
  const { code, err } = await deployer(['questions'], { home: join(folder, 'home'), cwd: folder });
  expect(code).toBe(2);
  expect(err).toContain('There is no deployer.yaml');
});
