import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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
import { checkOut } from './git-checkout.ts';
import { isPinned, pushCommit, unpinCommit } from './git-clone.ts';
import { countCommits, resolveCommit } from './git-repository.ts';
import { readFileAt } from './git-tree.ts';
import type { Repository } from './git.ts';

const { signal } = new AbortController();
let place: string;

beforeEach(async () => {
  place = await realpath(mkdtempSync(join(tmpdir(), 'deployer-clone-')));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

// The server's clone

test('a pushed commit is pinned with its tags, and unpinned once', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  const first = commitAll(repository, 'first');
  runGit(repository, 'tag', 'v1.0.0');
  runGit(repository, 'tag', '-a', 'x', '-m', 'unwanted');
  const second = commitAll(repository, 'second');
  const clone = await push(repository, second);
  expect(await isPinned(clone, second, signal)).toBe(true);
  expect(await isPinned(clone, first, signal)).toBe(false);
  expect(refsOf(clone)).toEqual([`refs/deployer/releases/${second}`, 'refs/tags/v1.0.0']);
  runGit(repository, 'tag', '-f', 'v1.0.0', second);
  await push(repository, second);
  expect(await resolveCommit(clone, 'v1.0.0', signal)).toBe(second);
  await unpinCommit(clone, second, signal);
  await unpinCommit(clone, second, signal);
  expect(await isPinned(clone, second, signal)).toBe(false);
});

test('pushes at the same time all arrive in one clone', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  const ids = Array.from({ length: 4 }, (_, n) => commitAll(repository, `commit ${n}`));
  runGit(repository, 'tag', 'v1.0.0');
  await Promise.all([...ids, ...ids].map((id) => push(repository, id)));
  const clone = bareClone();
  for (const id of ids) expect(await isPinned(clone, id, signal)).toBe(true);
  expect(readdirSync(place).sort()).toEqual(['one', 'sources']);
  expect(readdirSync(join(place, 'sources'))).toEqual(['desk.git']);
});

test('a lock that a killed Git left is removed, once no push can be using it', async () => {
  const repository = scratch('one', { 'a.txt': 'a' });
  const first = commitAll(repository, 'first');
  const clone = await push(repository, first);
  const second = commitAll(repository, 'second');
  const lock = join(clone.folder, 'refs/deployer/releases', `${second}.lock`);
  writeFileSync(lock, '');
  await expect(push(repository, second)).rejects.toMatchObject({ code: 'git_failed' });
  utimesSync(lock, 0, 0);
  await push(repository, second);
  expect(await isPinned(clone, second, signal)).toBe(true);
});

test('a worktree and a partial clone can be shipped; a shallow clone only when the rest is there', async () => {
  const repository = scratch('one', { 'a.txt': 'a', 'b.txt': 'b' });
  const first = commitAll(repository, 'first');
  const second = commitAll(repository, 'second', { 'b.txt': 'c' });
  runGit(repository, 'config', 'uploadpack.allowFilter', 'true');
  const url = `file://${repository.folder}`;
  runGit({ kind: 'working', folder: place }, 'clone', '-q', '--depth=1', url, 'shallow');
  const shallow: Repository = { kind: 'working', folder: join(place, 'shallow') };
  await expect(push(shallow, second)).rejects.toMatchObject({
    code: 'repository_invalid',
    hint: 'git fetch --unshallow --tags',
  });
  runGit(repository, 'worktree', 'add', '-q', '--detach', join(place, 'tree'), first);
  const clone = await push({ kind: 'working', folder: join(place, 'tree') }, first);
  expect(await isPinned(clone, first, signal)).toBe(true);
  await push(repository, second);
  const third = commitAll(shallow, 'on top of what the clone has');
  await push(shallow, third);
  expect(await countCommits(clone, third, signal)).toBe(3);
  rmSync(clone.folder, { recursive: true });
  runGit(
    { kind: 'working', folder: place },
    'clone',
    '-q',
    '--filter=blob:none',
    '--no-checkout',
    url,
    'partial',
  );
  await push({ kind: 'working', folder: join(place, 'partial') }, second);
  expect(String(await readFileAt(clone, { commit: second, path: 'b.txt' }, signal))).toBe('c');
  expect(String(await readFileAt(clone, { commit: first, path: 'b.txt' }, signal))).toBe('b');
});

test('a repository with SHA-256 ids is pushed and checked out', async () => {
  const repository = scratch('one', { 'a.txt': 'a' }, '--object-format=sha256');
  const id = commitAll(repository, 'first');
  expect(id).toHaveLength(64);
  const clone = await push(repository, id);
  await checkOut({ clone, commit: id, folder: '.', into: join(place, 'out') }, signal);
  expect(readFileSync(join(place, 'out', 'a.txt'), 'utf8')).toBe('a');
});

// A checkout

test('a checkout has the bytes of the commit, and runs no program of the repository or the user', async () => {
  const trap = `touch ${join(place, 'TRAP')}; cat`;
  const files = {
    'crlf.txt': 'a\r\nb\n',
    'lf.bat': 'a\nb\n',
    'id.txt': '$Id$\n',
    'wide.txt': 'h\u00e9\n',
    'filtered.bin': 'x\n',
    'dir/name with ä.txt': '',
  };
  const repository = scratch('one', files);
  writeFiles(repository, { 'run.sh': '#!/bin/sh\n' });
  chmodSync(join(repository.folder, 'run.sh'), 0o755);
  symlinkSync('../run.sh', join(repository.folder, 'dir/link'));
  commitAll(repository, 'files');
  writeFiles(repository, {
    '.gitattributes':
      '*.txt text eol=lf ident\n*.bat text eol=crlf\n*.bin filter=trap\nwide.txt working-tree-encoding=UTF-16LE\n',
  });
  runGit(repository, 'add', '.gitattributes');
  runGit(repository, 'commit', '-q', '-m', 'attributes');
  const id = await resolveCommit(repository, 'HEAD', signal);
  const home = homeWith(
    `[core]\n\thooksPath = ${place}/hooks\n\tautocrlf = true\n[filter "trap"]\n\tsmudge = ${trap}\n`,
  );
  mkdirSync(join(place, 'hooks'));
  for (const name of [
    'pre-push',
    'pre-receive',
    'update',
    'post-receive',
    'post-checkout',
    'post-index-change',
    'reference-transaction',
  ]) {
    writeFileSync(join(place, 'hooks', name), `#!/bin/sh\n${trap} >/dev/null\n`, { mode: 0o755 });
  }
  const was = process.env['HOME'];
  process.env['HOME'] = home;
  try {
    const clone = await push(repository, id);
    await checkOut({ clone, commit: id, folder: '.', into: join(place, 'out') }, signal);
  } finally {
    process.env['HOME'] = was;
  }
  for (const [name, content] of Object.entries(files))
    expect(readFileSync(join(place, 'out', name), 'utf8')).toBe(content);
  expect(statSync(join(place, 'out', 'run.sh')).mode & 0o100).toBe(0o100);
  expect(readFileSync(join(place, 'out', 'dir/link'), 'utf8')).toBe('#!/bin/sh\n');
  expect(readdirSync(join(place, 'out'))).not.toContain('.git');
  expect(existsSync(join(place, 'TRAP'))).toBe(false);
  expect(readdirSync(place).sort()).toEqual(['home', 'hooks', 'one', 'out', 'sources']);
});

test('a submodule or Git LFS file in the folder is refused by name, elsewhere it is let be', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
  const repository = scratch('one', { 'desk/a.txt': 'a', 'media/big.bin': pointer });
  const first = commitAll(repository, 'first');
  runGit(repository, 'update-index', '--add', '--cacheinfo', `160000,${first},vendor/lib`);
  const id = commitIndex(repository, 'with a submodule');
  const clone = await push(repository, id);
  const into = join(place, 'out');
  for (const [folder, what] of [
    ['vendor', 'vendor/lib is a submodule'],
    ['media', 'media/big.bin is a Git LFS file'],
  ] as const) {
    const refused = checkOut({ clone, commit: id, folder, into }, signal);
    await expect(refused).rejects.toMatchObject({
      code: 'repository_invalid',
      message: expect.stringContaining(what) as string,
    });
    expect(existsSync(into)).toBe(false);
  }
  await checkOut({ clone, commit: id, folder: 'desk', into }, signal);
  expect(readFileSync(join(into, 'desk/a.txt'), 'utf8')).toBe('a');
});

// Helpers

function scratch(name: string, files: Files, ...options: string[]): Repository {
  return scratchRepository(join(place, name), files, ...options);
}

function bareClone(): Repository {
  return { kind: 'bare', folder: join(place, 'sources', 'desk.git') };
}

function push(from: Repository, commit: string): Promise<Repository> {
  return pushCommit(
    { from, into: bareClone().folder, commit, wantsTag: (name) => name.startsWith('v') },
    signal,
  );
}

function refsOf(clone: Repository): readonly string[] {
  return runGit(clone, 'for-each-ref', '--format=%(refname)').trim().split('\n');
}

function homeWith(config: string): string {
  const home = join(place, 'home');
  mkdirSync(home);
  writeFileSync(join(home, '.gitconfig'), config);
  return home;
}
