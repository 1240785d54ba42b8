import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { writeFileAtomically } from '../../lib/atomic-file.ts';

/** Readable by whoever may read the repository. */
const mode = 0o644;

/** Writes a document whole, in a folder that is made when it is missing. False: it stood there already. */
export async function writeDocument(path: string, content: string): Promise<boolean> {
  const before = await readFile(path, 'utf8').catch(() => null);
  if (before === content) return false;
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, content, mode);
  return true;
}
