import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { Files } from '../scratch-repository.ts';

const fixtures = join(import.meta.dirname, '../fixtures');

/** The files of an integration under `test/fixtures/`, to be committed to a repository. */
export async function fixtureFiles(name: string): Promise<Files> {
  const root = join(fixtures, name);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const ours = files.filter((file) => !file.includes('/node_modules/'));
  const contents = ours.map(async (file) => [relative(root, file), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(contents));
}
