import { mkdtempSync, rmSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { commitAll, scratchRepository } from '../../test/scratch-repository.ts';
import { isPinned, pushCommit } from './git-clone.ts';
import { tidyClone } from './git-tidy.ts';
import type { Repository } from './git.ts';

const { signal } = new AbortController();
let place: string;

beforeEach(async () => {
  place = await realpath(mkdtempSync(join(tmpdir(), 'deployer-tidy-')));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** A clone with so many pinned commits. */
async function cloneWith(
  count: number,
): Promise<{ readonly clone: Repository; readonly ids: readonly string[] }> {
  const repository = scratchRepository(join(place, 'one'), { 'a.txt': 'a' });
  const ids = Array.from({ length: count }, (_, n) => commitAll(repository, `commit ${n}`));
  const into = join(place, 'desk.git');
  let clone: Repository = { kind: 'bare', folder: into };
  for (const commit of ids)
    clone = await pushCommit({ from: repository, into, commit, wantsTag: () => false }, signal);
  return { clone, ids };
}

const tidy = (clone: Repository, wanted: readonly string[], known: readonly string[], isDryRun = false) =>
  tidyClone(clone.folder, { wanted: new Set(wanted), known: new Set(known), isDryRun }, signal);

test('known commits that nobody wants are let go; others may just have been pushed', async () => {
  const { clone, ids } = await cloneWith(3);
  const [old = '', pushed = '', kept = ''] = ids;
  expect(await tidy(clone, [kept], [old, kept], true)).toBe(1);
  expect(await isPinned(clone, old, signal)).toBe(true);
  expect(await tidy(clone, [kept], [old, kept])).toBe(1);
  expect(await Promise.all(ids.map((id) => isPinned(clone, id, signal)))).toEqual([false, true, true]);
  expect(pushed).not.toBe('');
});

test('one that was let go and is wanted again is pinned before anything is collected', async () => {
  const { clone, ids } = await cloneWith(2);
  const [first = '', second = ''] = ids;
  await tidy(clone, [first], ids);
  expect(await isPinned(clone, second, signal)).toBe(false);
  await tidy(clone, ids, ids);
  expect(await isPinned(clone, second, signal)).toBe(true);
});

test('an integration that was never shipped has nothing to tidy', async () => {
  expect(await tidy({ kind: 'bare', folder: join(place, 'none.git') }, [], [])).toBe(0);
});
