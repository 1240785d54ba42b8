import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { sha256 } from '../lib/canonical-json.ts';
import { isNodeError } from '../lib/node-error.ts';

/** Which files of a folder are not what their digests say, or not there. */
export async function alteredFiles(
  folder: string,
  digests: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const altered: string[] = [];
  for (const [path, digest] of Object.entries(digests)) {
    if ((await digestOfFile(join(folder, path))) !== digest) altered.push(path);
  }
  return altered;
}

async function digestOfFile(path: string): Promise<string | null> {
  try {
    return sha256(await readFile(path));
  } catch (error) {
    if (isNodeError(error)) return null;
    throw error;
  }
}
