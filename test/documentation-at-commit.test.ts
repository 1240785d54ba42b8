import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { gitSources } from '../src/artifacts/git-sources.ts';
import type { DocumentationFinding } from '../src/core/checklist/facts.ts';
import type { DocumentationDefinition } from '../src/core/definition/integration.ts';
import type { Repository } from '../src/lib/git.ts';
import { documentationEvidence } from '../src/steps/documentation.ts';
import { commitAll, scratchRepository } from './scratch-repository.ts';
import { definition, stepContext } from './steps/step-context.ts';

let place: string;
let repository: Repository;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'deployer-documents-'));
  repository = scratchRepository(join(place, 'one'), {
    'README.md': 'See [the guide](desk/docs/guide.md).\n',
    'desk/docs/guide.md':
      'Up: [all](../../README.md), [the *interface](../schemas/%2A.json), [gone](gone.md)\n',
    'desk/schemas/*.json': '{}\n',
  });
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

async function findingAt(
  commit: string,
  own: object = {},
  asked?: DocumentationDefinition,
): Promise<DocumentationFinding> {
  const sources = gitSources(() => join(repository.folder, '.git'));
  const documentation = { files: ['../README.md', 'docs/*.md'], interface: ['schemas/*.json'], ...own };
  await using tested = await stepContext({ definition: { ...definition(), folder: 'desk', documentation } });
  const context = {
    ...tested.context,
    run: { ...tested.context.run, commit },
    ...(asked === undefined ? {} : { documentation: asked }),
  };
  const [evidence] = await documentationEvidence(context, { sources, commits: sources });
  expect(evidence?.kind).toBe('documentation');
  return evidence?.body as unknown as DocumentationFinding;
}

test('documents are those of the commit, also outside the folder, and links are followed in the repository', async () => {
  const commit = commitAll(repository, 'first');
  const finding = await findingAt(commit, { files: ['../README.md', 'docs/*.md', 'manual/*'] });
  expect(finding).toEqual({
    files: ['README.md', 'desk/docs/guide.md'],
    missing: ['manual/*'],
    brokenLinks: [{ file: 'desk/docs/guide.md', link: 'gone.md' }],
    interface: { changedIn: commit, documentedIn: commit, isDocumented: true },
    unread: null,
    globs: { files: ['../README.md', 'docs/*.md', 'manual/*'], interface: ['schemas/*.json'] },
  });
});

test('what is in force is looked for as well, whatever the commit names', async () => {
  const commit = commitAll(repository, 'first');
  const asked = { files: ['../README.md', 'MANUAL.md'], interface: [] };
  const finding = await findingAt(commit, { files: ['../README.md'] }, asked);
  expect(finding).toMatchObject({ missing: ['MANUAL.md'], globs: asked });
});

test('an interface that changed after the documents is told, until they change as well', async () => {
  const first = commitAll(repository, 'first');
  const second = commitAll(repository, 'second', { 'desk/schemas/*.json': '{"a": 1}\n' });
  expect((await findingAt(second)).interface).toEqual({
    changedIn: second,
    documentedIn: first,
    isDocumented: false,
  });
  const third = commitAll(repository, 'third', { 'README.md': 'new\n' });
  expect((await findingAt(third)).interface).toEqual({
    changedIn: second,
    documentedIn: third,
    isDocumented: true,
  });
});

test('an interface that matches nothing is documented nowhere, and without one there is nothing to keep up with', async () => {
  const commit = commitAll(repository, 'first');
  expect((await findingAt(commit, { interface: ['api/*'] })).interface).toMatchObject({
    changedIn: null,
    isDocumented: false,
  });
  expect((await findingAt(commit, { interface: [] })).interface).toBeNull();
});

test('what cannot be read, and what is no list of documents, is told and ends no run', async () => {
  expect(await findingAt('f'.repeat(40))).toMatchObject({
    files: [],
    unread: expect.stringContaining('the documents could not be read: '),
  });
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`desk/src/${at}.txt`, '']));
  const commit = commitAll(repository, 'many', many);
  expect((await findingAt(commit, { files: ['src/*.txt'] })).unread).toBe(
    '`documentation.files` matches 1001 files, more than 1000',
  );
});
