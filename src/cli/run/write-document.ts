import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { isOwnDocument } from '../../core/document/own-document.ts';
import { writeFileAtomically } from '../../lib/atomic-file.ts';
import { textOfFile } from '../../lib/text-file.ts';

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

/** What is where a document is to be; `theirs`: something that Deployer did not write. */
export type DocumentStanding = 'missing' | 'own' | 'theirs';

export async function documentStanding(path: string): Promise<DocumentStanding> {
  // What cannot be read, a folder for one, is not its own either.
  const text = await textOfFile(path).catch(() => '');
  if (text === null) return 'missing';
  return isOwnDocument(text) ? 'own' : 'theirs';
}

/** Writes a document where nobody asked for it: over one of its own, never over what somebody else wrote. */
export async function replaceDocument(path: string, content: string): Promise<'written' | 'same' | 'theirs'> {
  if ((await documentStanding(path)) === 'theirs') return 'theirs';
  return (await writeDocument(path, content)) ? 'written' : 'same';
}
