import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { commitAll, runGit, scratchRepository } from '../../test/scratch-repository.ts';
import { branchTip, countBetween, fetchBranch, remoteTip } from './git-branch.ts';
import { addressOf, hooksFolder } from './git-hooks.ts';
import { resolveCommit } from './git-repository.ts';
import type { Repository } from './git.ts';

const { signal } = new AbortController();
let place: string;
let shared: Repository;
let clone: Repository;

beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'deployer-branch-')));
  shared = scratchRepository(join(place, 'shared'), { 'a.txt': 'a' });
  commitAll(shared, 'first');
  runGit({ kind: 'working', folder: place }, 'clone', '-q', shared.folder, 'clone');
  clone = { kind: 'working', folder: join(place, 'clone') };
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function origin(branch: string) {
  return { repository: clone, remote: 'origin', branch, env: {} };
}

test('the tip of a branch is the branch, whatever tag or folder has the same name', async () => {
  const first = runGit(shared, 'rev-parse', 'HEAD').trim();
  runGit(shared, 'tag', 'release');
  mkdirSync(join(shared.folder, 'main'));
  const second = commitAll(shared, 'second');
  expect(await branchTip({ repository: shared, branch: 'main' }, signal)).toBe(second);
  expect(await branchTip({ repository: shared, branch: 'release' }, signal)).toBeNull();
  expect(await countBetween(shared, { from: first, to: second }, signal)).toBe(1);
});

test('a remote is asked for the very branch, not for one that ends in its name', async () => {
  runGit(shared, 'branch', 'x/refs/heads/next');
  expect(await remoteTip(origin('next'), signal)).toBeNull();
  const second = commitAll(shared, 'second');
  expect(await remoteTip(origin('main'), signal)).toBe(second);
});

test('a fetch brings commits and tags, and leaves the branches of the clone as they are', async () => {
  const second = commitAll(shared, 'second');
  runGit(shared, 'tag', 'v1.0.0');
  const refs = runGit(clone, 'for-each-ref', 'refs/heads', 'refs/remotes');
  expect(await fetchBranch(origin('main'), signal)).toBe(second);
  expect(await resolveCommit(clone, 'v1.0.0', signal)).toBe(second);
  expect(runGit(clone, 'for-each-ref', 'refs/heads', 'refs/remotes')).toBe(refs);
  // Rewritten since.
  runGit(shared, 'commit', '-q', '--amend', '-m', 'another');
  expect(await fetchBranch(origin('main'), signal)).toBe(runGit(shared, 'rev-parse', 'HEAD').trim());
});

test('a remote that cannot be read is named, with what to try by hand', async () => {
  rmSync(shared.folder, { recursive: true });
  const error = {
    code: 'git_failed',
    message: `The remote origin of ${clone.folder} cannot be read.`,
    hint: expect.stringContaining(`git -C ${clone.folder} ls-remote origin`) as string,
  };
  await expect(remoteTip(origin('main'), signal)).rejects.toMatchObject(error);
  await expect(fetchBranch(origin('main'), signal)).rejects.toMatchObject(error);
});

test('hooks lie where Git looks for them: in the repository, of a worktree too, or where it is told', async () => {
  const usual = join(clone.folder, '.git/hooks');
  expect(await hooksFolder(clone, signal)).toBe(usual);
  runGit(clone, 'worktree', 'add', '-q', '--detach', join(place, 'tree'));
  expect(await hooksFolder({ kind: 'working', folder: join(place, 'tree') }, signal)).toBe(usual);
  runGit(clone, 'config', 'core.hooksPath', '.githooks');
  expect(await hooksFolder(clone, signal)).toBe(join(clone.folder, '.githooks'));
  runGit(clone, 'config', 'core.hooksPath', '/etc/hooks');
  expect(await hooksFolder(clone, signal)).toBe('/etc/hooks');
});

test('the address of a remote is what the clone says, and an address is its own', async () => {
  expect(await addressOf(clone, 'origin', signal)).toBe(shared.folder);
  expect(await addressOf(clone, 'https://example.com/x.git', signal)).toBe('https://example.com/x.git');
});
