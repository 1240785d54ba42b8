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

test('--all lists every question by section, with what holds', async () => {
  const { out } = await questionsOf({}, '--all');
  expect(out).toMatch(/Rollback Strategies & Monitoring\n {2}rollback\.watch +assumed +Nothing is watched/);
  expect(out).toMatch(/rollback\.keep +decided +The former deployment stays warm in production for 1h\./);
  expect(out).toMatch(/infrastructure\.region +not asked/);
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
