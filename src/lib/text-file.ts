import { readFile } from 'node:fs/promises';

import { isNodeError } from './node-error.ts';

/** The text of a file; null: there is none. */
export async function textOfFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
