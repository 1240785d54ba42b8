import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import {
  commitAll,
  commitIndex,
  type Files,
  runGit,
  scratchRepository,
  writeFiles,
} from '../../test/scratch-repository.ts';
import { commitFacts } from './git-commit.ts';
import {
  countCommits,
  findRepository,
  ancestorsAmong,
  isAncestor,
  isUnrelated,
  modifiedFiles,
  resolveCommit,
  untrackedFiles,
} from './git-repository.ts';
import { nearestTags } from './git-tags.ts';
import { listTree, matchingEntries, readBlob, readFileAt } from './git-tree.ts';
import { git, type Repository } from './git.ts';

const { signal } = new AbortController();
let place: string;

beforeEach(async () => {
  place = await realpath(mkdtempSync(join(tmpdir(), 'deployer-git-')));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

// What a repository says about itself

test('a folder is found in its repository, through links and from a linked worktree', async () => {
  const repository = scratch('one', { 'services/agent/main.js': '1' });
  commitAll(repository, 'first');
  symlinkSync(repository.folder, join(place, 'link'));
  expect(await findRepository(join(place, 'link', 'services'), signal)).toEqual({
    root: repository.folder,
    folder: 'services',
  });
  expect(await findRepository(repository.folder, signal)).toEqual({ root: repository.folder, folder: '.' });
  runGit(repository, 'worktree', 'add', '-q', '--detach', join(place, 'tree'));
  expect(await findRepository(join(place, 'tree', 'services', 'agent'), signal)).toEqual({
    root: join(place, 'tree'),
    folder: 'services/agent',
  });
});

test('a folder outside every repository, a missing one and a bare one are refused', async () => {
  scratch('bare', {}, '--bare');
  mkdirSync(join(place, 'plain'));
  for (const [folder, message] of [
    ['plain', /is not in a Git repository/],
    ['none', /There is no folder/],
    ['bare', /without a work tree/],
  ] as const) {
    const found = findRepository(join(place, folder), signal);
    await expect(found).rejects.toMatchObject({
      code: 'repository_invalid',
      message: expect.stringMatching(message) as string,
    });
  }
});

test('a repository without commits says so', async () => {
  const repository = scratch('empty', { 'a.txt': 'a' });
  await expect(resolveCommit(repository, 'HEAD', signal)).rejects.toMatchObject({
    code: 'repository_invalid',
    message: expect.stringContaining('has no commits') as string,
    hint: 'git add . && git commit',
  });
});

test('branches, tags, prefixes and a detached HEAD name a full commit id', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  const first = commitAll(repository, 'first');
  runGit(repository, 'tag', '-a', 'v1', '-m', 'one');
  const second = commitAll(repository, 'second', { 'a.txt': 'b' });
  expect(await resolveCommit(repository, 'v1', signal)).toBe(first);
  expect(await resolveCommit(repository, 'main', signal)).toBe(second);
  expect(await resolveCommit(repository, first.slice(0, 8), signal)).toBe(first);
  runGit(repository, 'checkout', '-q', '--detach', first);
  expect(await resolveCommit(repository, 'HEAD', signal)).toBe(first);
});

test.each(['nothing', 'f'.repeat(40), '--all', '', 'HEAD:a.txt', 'HEAD^{tree}'])(
  'the revision %j, which is no commit, is not found',
  async (revision) => {
    const repository = scratch('one', { 'a.txt': 'a' });
    commitAll(repository, 'first');
    await expect(resolveCommit(repository, revision, signal)).rejects.toMatchObject({
      code: 'commit_not_found',
    });
  },
);

test('a prefix of two commits is ambiguous', async () => {
  const repository = scratch('one', {});
  const tree = runGit(repository, 'write-tree').trim();
  // Found by trying: with these people and times both ids begin with the same seven digits.
  for (const message of ['try 6845', 'try 19210']) runGit(repository, 'commit-tree', tree, '-m', message);
  await expect(resolveCommit(repository, '912ad50', signal)).rejects.toMatchObject({
    code: 'reference_ambiguous',
  });
  expect(await resolveCommit(repository, '912ad50f', signal)).toHaveLength(40);
});

test('modified tracked files are listed, staged or not, untracked ones are not', async () => {
  const repository = scratch('one', { 'a.txt': 'a', 'dir/ä b.txt': 'b', 'gone.txt': 'c', 'same.txt': 'd' });
  commitAll(repository, 'first');
  expect(await modifiedFiles(repository, signal)).toEqual([]);
  writeFiles(repository, {
    'a.txt': 'changed',
    'dir/ä b.txt': 'changed',
    'new.txt': 'untracked',
    'added.txt': 'staged',
  });
  rmSync(join(repository.folder, 'gone.txt'));
  runGit(repository, 'add', 'a.txt', 'added.txt');
  expect(await modifiedFiles(repository, signal)).toEqual(['a.txt', 'added.txt', 'dir/ä b.txt', 'gone.txt']);
});

test('of the files in some folders those are untracked that no commit has and nothing ignores', async () => {
  const repository = scratch('one', { 'app/main.js': '1', 'lib/a.js': '1', '.gitignore': 'built/\n' });
  commitAll(repository, 'first');
  writeFiles(repository, { 'app/ä b.js': '', 'app/built/x.js': '', 'apple/c.js': '', 'lib/staged.js': '' });
  runGit(repository, 'add', 'lib/staged.js');
  expect(await untrackedFiles(repository, ['app', 'lib', 'gone'], signal)).toEqual(['app/ä b.js']);
  expect(await untrackedFiles(repository, ['.'], signal)).toEqual(['app/ä b.js', 'apple/c.js']);
});

test('a commit is unrelated to others when it has no ancestor in common with any that are there', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  const first = commitAll(repository, 'first');
  const second = commitAll(repository, 'second');
  runGit(repository, 'checkout', '-q', '--orphan', 'other');
  const other = commitAll(repository, 'from anew');
  const gone = '0'.repeat(40);
  const unrelated = (commit: string, ...others: readonly string[]): Promise<boolean> =>
    isUnrelated(repository, { commit, others }, signal);
  expect(await unrelated(other, first, second)).toBe(true);
  expect(await unrelated(other, gone, second)).toBe(true);
  expect(await unrelated(second, other, first)).toBe(false);
  expect(await unrelated(second, second)).toBe(false);
  expect(await unrelated(second, gone)).toBe(false);
  expect(await unrelated(second)).toBe(false);
});

test('a commit names its author, committer, co-authors, parents, subject and times', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  const first = commitAll(repository, 'first');
  const message =
    'Zwei: größer\n\nBody.\n\nCo-authored-by: Kim Example <kim@example.com>\nco-authored-by: Lee <lee@example.com>\nCo-authored-by: nobody\n';
  const second = commitAll(repository, message, { 'a.txt': 'b' });
  expect(await commitFacts(repository, second, signal)).toEqual({
    commit: second,
    parents: [first],
    author: { name: 'Ann Author', email: 'ann@example.com' },
    committer: { name: 'Cem Committer', email: 'cem@example.com' },
    coAuthors: [
      { name: 'Kim Example', email: 'kim@example.com' },
      { name: 'Lee', email: 'lee@example.com' },
      { name: 'nobody', email: '' },
    ],
    subject: 'Zwei: größer',
    authoredAt: '2026-01-02T03:04:05.000Z',
    committedAt: '2026-01-02T04:04:05.000Z',
  });
  expect(await commitFacts(repository, first, signal)).toMatchObject({
    parents: [],
    coAuthors: [],
    subject: 'first',
  });
});

test('files of a commit are listed by globs of a folder and read byte for byte', async () => {
  const repository = scratch('one', {
    'desk/prompts/system.md': 'be kind\r\n',
    'desk/prompts/deep/tone.md': 'x',
    'desk/[1]/a.json': '{}',
    'shared/lib.js': 'y',
  });
  symlinkSync('system.md', join(repository.folder, 'desk/prompts/link.md'));
  const id = commitAll(repository, 'first');
  writeFiles(repository, { 'desk/prompts/system.md': 'changed since' });
  const entries = await listTree(repository, id, signal);
  const paths = (...globs: string[]): readonly string[] =>
    matchingEntries(entries, 'desk', globs).map(({ path }) => path);
  expect(paths('prompts/*.md')).toEqual(['desk/prompts/link.md', 'desk/prompts/system.md']);
  expect(paths('./prompts/**', '../shared/**')).toEqual([
    'desk/prompts/deep/tone.md',
    'desk/prompts/link.md',
    'desk/prompts/system.md',
    'shared/lib.js',
  ]);
  expect(matchingEntries(entries, 'desk/[1]', ['*.json'])).toHaveLength(1);
  expect(matchingEntries(entries, '.', ['shared/*'])).toHaveLength(1);
  const [entry] = matchingEntries(entries, 'desk', ['prompts/system.md']);
  expect(entry).toMatchObject({ kind: 'file', size: 9 });
  expect(String(await readBlob(repository, entry?.object ?? '', signal))).toBe('be kind\r\n');
  expect(String(await readFileAt(repository, { commit: id, path: './desk/[1]/a.json' }, signal))).toBe('{}');
  expect(await readFileAt(repository, { commit: id, path: 'desk' }, signal)).toBeNull();
  expect(await readFileAt(repository, { commit: id, path: 'none' }, signal)).toBeNull();
  expect(await readFileAt(repository, { commit: id, path: '../outside' }, signal)).toBeNull();
  const linked = { commit: id, path: 'desk/prompts/link.md' };
  expect(String(await readFileAt(repository, linked, signal))).toBe('be kind\r\n');
});

test('the nearest wanted tags are found on both sides of a merge', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  commitAll(repository, 'first');
  runGit(repository, 'tag', 'v1.0.0');
  runGit(repository, 'checkout', '-q', '-b', 'side');
  commitAll(repository, 'side');
  runGit(repository, 'tag', '-a', 'v2.0.0', '-m', 'annotated');
  runGit(repository, 'tag', 'other');
  runGit(repository, 'checkout', '-q', 'main');
  writeFiles(repository, { 'main.txt': 'm' });
  runGit(repository, 'add', 'main.txt');
  commitIndex(repository, 'on main');
  runGit(repository, 'tag', 'v1.1.0');
  runGit(repository, 'merge', '-q', '--no-edit', 'side');
  const head = commitAll(repository, 'last');
  commitAll(repository, 'later');
  runGit(repository, 'tag', 'v9.0.0');
  const isWanted = (name: string): boolean => name.startsWith('v');
  expect(await nearestTags(repository, { commit: head, isWanted }, signal)).toEqual([
    { name: 'v1.1.0', distance: 3 },
    { name: 'v2.0.0', distance: 3 },
  ]);
  expect(await countCommits(repository, head, signal)).toBe(5);
  expect(await isAncestor(repository, { ancestor: 'v1.0.0', commit: head }, signal)).toBe(true);
  expect(await isAncestor(repository, { ancestor: head, commit: 'v1.0.0' }, signal)).toBe(false);
  const first = await resolveCommit(repository, 'v1.0.0', signal);
  const unknown = 'f'.repeat(40);
  const others = [first, head, unknown];
  expect([...(await ancestorsAmong(repository, { commit: head, others }, signal))]).toEqual([first, head]);
  expect([...(await ancestorsAmong(repository, { commit: first, others }, signal))]).toEqual([first]);
  await expect(ancestorsAmong(repository, { commit: unknown, others }, signal)).rejects.toMatchObject({
    code: 'commit_not_found',
  });
});

// What the caller's surroundings must not change

test('GIT_DIR and other variables of a hook point nowhere else', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  const id = commitAll(repository, 'first');
  commitAll(scratch('other', { 'a.txt': 'a' }), 'other');
  process.env['GIT_DIR'] = join(place, 'other', '.git');
  try {
    expect(await resolveCommit(repository, 'HEAD', signal)).toBe(id);
  } finally {
    delete process.env['GIT_DIR'];
  }
});

test('a replaced commit is read as it was written', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  const first = commitAll(repository, 'first');
  const second = commitAll(repository, 'second');
  runGit(repository, 'replace', first, second);
  expect(await commitFacts(repository, first, signal)).toMatchObject({ subject: 'first' });
});

test('a call ends at its deadline, and with its signal', async () => {
  const repository = scratch('one', {});
  const hung = git(repository, ['-c', 'alias.hang=!sleep 30', 'hang'], { signal, timeoutMs: 50 });
  await expect(hung).rejects.toMatchObject({ code: 'deadline_passed' });
  const stop = new AbortController();
  const stopped = git(repository, ['-c', 'alias.hang=!sleep 30', 'hang'], { signal: stop.signal });
  stop.abort(new Error('stopped'));
  await expect(stopped).rejects.toThrow('stopped');
});

test('what Git says comes with the error', async () => {
  const failed = git(scratch('one', {}), ['cat-file', 'blob', 'f'.repeat(40)], { signal });
  await expect(failed).rejects.toMatchObject({
    code: 'git_failed',
    detail: [expect.stringContaining('f'.repeat(40))],
  });
});

// Helpers

function scratch(name: string, files: Files, ...options: string[]): Repository {
  return scratchRepository(join(place, name), files, ...options);
}
