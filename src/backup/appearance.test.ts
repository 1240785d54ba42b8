import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { appearance } from './appearance.ts';

let folder: string;
let beside: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployer-appearance-'));
  beside = join(folder, 'backup.partial');
  file = join(folder, 'backup');
  await writeFile(beside, '', { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true }));

/** As a FAT file system answers: Linux says EPERM, other systems the others. */
function refusing(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(`${code}: operation not permitted, link`), { code }));
}

const ways = [
  ['with hard links', undefined],
  ['without hard links (EPERM)', refusing('EPERM')],
  ['without hard links (ENOTSUP)', refusing('ENOTSUP')],
] as const;

test.each(ways)('a file appears whole and private in a folder %s', async (_, makeLink) => {
  const appear = await appearance(beside, file, makeLink);
  expect(await readdir(folder)).toEqual(['backup.partial']);
  await writeFile(beside, 'all of it');
  await appear();
  expect(await readFile(file, 'utf8')).toBe('all of it');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test.each(ways)('a file that came there meanwhile is not replaced in a folder %s', async (_, makeLink) => {
  const appear = await appearance(beside, file, makeLink);
  await writeFile(file, 'of somebody else');
  await expect(appear()).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(file, 'utf8')).toBe('of somebody else');
});

test('what cannot appear leaves no name behind', async () => {
  const appear = await appearance(beside, file, refusing('EPERM'));
  await rm(beside);
  await expect(appear()).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(folder)).toEqual([]);
});

test('a folder that refuses for another reason says so before anything is written', async () => {
  await expect(appearance(beside, file, refusing('EROFS'))).rejects.toMatchObject({ code: 'EROFS' });
});
