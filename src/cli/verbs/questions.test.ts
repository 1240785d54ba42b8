import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { deployer, type Ran } from '../../../test/cli/command-line.ts';
import { exampleSpec } from '../../../test/questionnaire/example-spec.ts';

function questionsOf(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-questions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries({ 'deployer.yaml': exampleSpec, ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return deployer(['questions', ...args], { home: join(folder, 'home'), cwd: folder });
}

test('what is open is listed by what it would change, with why, what is assumed and the command', async () => {
  const { code, out } = await questionsOf({});
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+ open questions\n\nChanges what users meet\n\n {2}\S/);
  expect(out).toContain(`  How long is a release watched once users are on it?  rollback.watch
    why      While it is watched, the environment goes back by itself.
    assumed  Nothing is watched in production after a switch.
    → deployer answer rollback.watch 60s`);
  const headings = ['users meet', 'a release goes through', 'the document says'].map((text) =>
    out.indexOf(text),
  );
  expect(headings).toEqual([...headings].sort((a, b) => a - b));
  expect(headings).not.toContain(-1);
});

test('conflicts and what is wrong with the files come first', async () => {
  const answers = 'answers:\n  rollback.keep: 2h\n  rollback.kepe: 2h\n';
  const { code, out } = await questionsOf({ 'deployment/answers.yaml': answers });
  expect(code).toBe(0);
  expect(out.indexOf('deployment/answers.yaml:3:3')).toBe(0);
  expect(out).toContain(`1 conflict

  ✗ rollback.keep
    deployment/answers.yaml says 2h at rollback.keep.
    deployer.yaml says 1h at environments.production.keepPrevious.
    → deployer answer rollback.keep 2h`);
});

test('an answer that the repository contradicts is a conflict of the answer and the file', async () => {
  const { out } = await questionsOf({
    '.github/workflows/x.yml': 'on: push\n',
    'k8s/app.yaml': 'apiVersion: apps/v1\nkind: Deployment\n',
    'deployment/answers.yaml': 'answers: { pipeline.ci: gitlab-ci, infrastructure.orchestration: nomad }\n',
  });
  expect(out).toContain(`  ✗ pipeline.ci
    deployment/answers.yaml says GitLab CI at pipeline.ci.
    .github/workflows/x.yml says GitHub Actions.
    → deployer answer pipeline.ci github-actions`);
  expect(out).toContain(`    deployment/answers.yaml says Nomad at infrastructure.orchestration.
    k8s/app.yaml says Kubernetes.`);
});

test('what is found beyond doubt is not open, and is said to be observed', async () => {
  const { out } = await questionsOf({ '.github/workflows/x.yml': 'on: push\n' }, '--all');
  expect(out).toMatch(/pipeline\.ci +observed +CI tool beside Deployer: GitHub Actions/);
});

test('--all lists every question by section, with what holds', async () => {
  const { out } = await questionsOf({}, '--all');
  expect(out).toMatch(/Rollback Strategies & Monitoring\n {2}rollback\.watch +assumed +Nothing is watched/);
  expect(out).toMatch(/rollback\.keep +decided +The former deployment stays warm in production for 1h\./);
  expect(out).toMatch(/infrastructure\.region +not asked/);
});

test('one question is shown with what holds, and with what each choice brings', async () => {
  const { code, out } = await questionsOf({}, 'infrastructure.cloud');
  expect(code).toBe(0);
  expect(out).toMatch(/now +Cloud: none, machines of your own\..*\(assumed\)/s);
  expect(out).toContain(`  aws  Amazon Web Services: an account of yours
      load balancer: Application Load Balancer
      database: Amazon RDS for PostgreSQL
      monitoring: Amazon CloudWatch`);
  expect(out).toContain('existing infrastructure: fits where identities are in Microsoft Entra');
  expect(out).toContain('→ deployer answer infrastructure.cloud <none|aws|azure|gcp>');
  expect((await questionsOf({}, 'infrastructure.clod')).err).toContain('Did you mean infrastructure.cloud?');
});

test('--json has all of it, and nothing else on stdout', async () => {
  const { out } = await questionsOf(
    { 'deployment/answers.yaml': 'answers: { pipeline.ci: b }' },
    '--json',
    '--all',
  );
  const report = JSON.parse(out);
  expect(report).toMatchObject({ integration: 'desk', conflicts: [], problems: [] });
  expect(report.open.find(({ id }: { id: string }) => id === 'pipeline.ci')).toMatchObject({
    impact: 'document',
    given: { answer: 'b', lacks: expect.stringContaining('there is no choice "b"') },
    next: expect.stringContaining('deployer answer pipeline.ci <none|'),
  });
  expect(report.questions.length).toBeGreaterThan(50);
});

test('a deployer.yaml that is broken beyond its key still has its questions', async () => {
  const { code, out } = await questionsOf({
    'deployer.yaml': 'integration: { key: desk }\nenvironments: 5\n',
  });
  expect(code).toBe(0);
  expect(out).toContain('open questions');
});
