import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { commitAll, runGit, scratchRepository } from '../../test/scratch-repository.ts';
import { isVersionTag } from '../core/releases/version.ts';
import { pushCommit } from '../lib/git-clone.ts';
import type { Repository } from '../lib/git.ts';
import { gitSources } from './git-sources.ts';

const { signal } = new AbortController();
let place: string;
beforeEach(async () => {
  place = await realpath(mkdtempSync(join(tmpdir(), 'deployer-sources-')));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

test('a commit has the version of its tag, later ones count from it, and no two have the same', async () => {
  const repository = scratchRepository(join(place, 'one'), { 'a.txt': 'a' });
  const first = commitAll(repository, 'first');
  const second = commitAll(repository, 'second');
  runGit(repository, 'tag', '-a', 'desk@1.0.0', '-m', 'one');
  const third = commitAll(repository, 'third');
  const versions: string[] = [];
  for (const commit of [first, second, third]) versions.push(await versionOf(repository, commit));
  expect(versions).toEqual([`0.0.0-1-${first.slice(0, 7)}`, '1.0.0', `1.0.0-1-${third.slice(0, 7)}`]);
  runGit(repository, 'tag', '-f', 'desk@1.0.0', third);
  expect(await versionOf(repository, third, ['1.0.0'])).toBe(`1.0.0-0-${third.slice(0, 7)}`);
});

test('files are read below a folder, and a link counts for what it leads to', async () => {
  const repository = scratchRepository(join(place, 'one'), {
    'desk/prompts/a.md': 'kind',
    'shared/b.md': 'short',
  });
  symlinkSync('../../shared/b.md', join(repository.folder, 'desk/prompts/b.md'));
  const commit = commitAll(repository, 'first');
  await push(repository, commit);
  const source = { integration: 'desk', commit };
  const files = await sources().filesAt(source, 'desk', ['prompts/*.md'], signal);
  expect([...files].map(([path, content]) => [path, Buffer.from(content).toString()])).toEqual([
    ['prompts/a.md', 'kind'],
    ['prompts/b.md', 'short'],
  ]);
  rmSync(join(repository.folder, 'shared'), { recursive: true });
  const broken = commitAll(repository, 'second');
  await push(repository, broken);
  const refused = sources().filesAt({ ...source, commit: broken }, 'desk', ['prompts/*.md'], signal);
  await expect(refused).rejects.toMatchObject({ code: 'repository_invalid' });
});

test('a commit is there or not, and so is a clone; what cannot be asked is neither', async () => {
  const repository = scratchRepository(join(place, 'one'), { 'a.txt': 'a' });
  const commit = commitAll(repository, 'first');
  const source = { integration: 'desk', commit };
  expect(await sources().has(source, signal)).toBe(false);
  await push(repository, commit);
  expect(await sources().has(source, signal)).toBe(true);
  expect(await sources().has({ ...source, commit: 'f'.repeat(40) }, signal)).toBe(false);
  rmSync(join(place, 'desk.git/HEAD'));
  await expect(sources().has(source, signal)).rejects.toMatchObject({ code: 'repository_invalid' });
});

function sources(): ReturnType<typeof gitSources> {
  return gitSources((integration) => join(place, `${integration}.git`));
}

async function push(from: Repository, commit: string): Promise<void> {
  const wantsTag = (name: string): boolean => isVersionTag('desk', name);
  await pushCommit({ from, into: join(place, 'desk.git'), commit, wantsTag }, signal);
}

async function versionOf(
  repository: Repository,
  commit: string,
  taken: readonly string[] = [],
): Promise<string> {
  await push(repository, commit);
  const isTaken = (version: string): Promise<boolean> => Promise.resolve(taken.includes(version));
  return sources().versionOf({ integration: 'desk', commit }, isTaken, signal);
}
