import { cp, mkdir, mkdtemp, realpath, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { homeAt } from './home.ts';
import { homeStanding, isCopy, recordHome, refuseCopy } from './home-standing.ts';
import { hostIdentity, readHostFile } from './host-identity.ts';

test.each([
  { what: 'it was never written down', recorded: null, there: 'nothing', is: 'here' },
  { what: 'it is where it was', recorded: '/here', there: 'itself', is: 'here' },
  { what: 'its folder has another name too', recorded: '/link', there: 'itself', is: 'here' },
  { what: 'nothing of it is where it was', recorded: '/there', there: 'nothing', is: 'moved' },
  { what: 'one like it is where it was', recorded: '/there', there: 'another', is: 'copied' },
] as const)('where a home is when $what: $is', ({ recorded, there, is }) => {
  expect(homeStanding({ recorded, here: '/here', there })).toBe(is);
});

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'deployer-standing-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A home that was served, and says where it is. */
async function served(name: string) {
  const home = homeAt(join(folder, name));
  await mkdir(home.root);
  await hostIdentity(home);
  await recordHome(home, () => Promise.reject(new Error('it was moved from nowhere')));
  return home;
}

test('a copy is refused while the home is there, and both ways out are named', async () => {
  const home = await served('one');
  const copy = homeAt(join(folder, 'two'));
  await cp(home.root, copy.root, { recursive: true });
  await expect(refuseCopy(copy)).rejects.toMatchObject({
    code: 'host_taken',
    message: expect.stringContaining(`${copy.root} is a copy of the home ${home.root}`),
    hint: `DEPLOYER_HOME=${home.root} deployer status`,
  });
  await expect(recordHome(copy, () => Promise.resolve())).rejects.toMatchObject({ code: 'host_taken' });
  expect([await isCopy(copy), await isCopy(home)]).toEqual([true, false]);

  await rename(home.root, `${home.root}.old`);
  await expect(refuseCopy(copy)).resolves.toBeUndefined();
});

test('a home that was moved says so once, and is at its new place from then on', async () => {
  const home = await served('one');
  const moved = homeAt(join(folder, 'two'));
  await rename(home.root, moved.root);
  const from: string[] = [];
  for (const _ of ['first', 'second']) await recordHome(moved, async (path) => void from.push(path));
  expect(from).toEqual([home.root]);
  expect((await readHostFile(moved))?.home).toBe(moved.root);
});

test('a move that fails is a move still', async () => {
  const home = await served('one');
  const moved = homeAt(join(folder, 'two'));
  await rename(home.root, moved.root);
  await expect(recordHome(moved, () => Promise.reject(new Error('not now')))).rejects.toThrow('not now');
  expect((await readHostFile(moved))?.home).toBe(home.root);
});

test('another home at the path of a moved one is no reason to refuse it, and a link to a home is that home', async () => {
  const home = await served('one');
  const moved = homeAt(join(folder, 'two'));
  await rename(home.root, moved.root);
  await served('one');
  await expect(refuseCopy(moved)).resolves.toBeUndefined();

  await symlink(home.root, join(folder, 'link'));
  await expect(refuseCopy(homeAt(join(folder, 'link')))).resolves.toBeUndefined();
});
