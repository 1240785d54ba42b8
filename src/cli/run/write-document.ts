import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { isOwnDocument } from '../../core/document/own-document.ts';
import { writeFileAtomically } from '../../lib/atomic-file.ts';
import { textOfFile } from '../../lib/text-file.ts';
import { isChangedSinceSealed, sealed } from './document-seal.ts';

/** Readable by whoever may read the repository. */
const mode = 0o644;

/**
 * Writes a document whole, in a folder that is made when it is missing; one in Markdown is sealed. False: it stood
 * there already.
 */
export async function writeDocument(path: string, document: string): Promise<boolean> {
  const content = isOwnDocument(document) ? sealed(document) : document;
  const before = await readFile(path, 'utf8').catch(() => null);
  if (before === content) return false;
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, content, mode);
  return true;
}

/**
 * What is where a document is to be; `edited`: one that Deployer wrote and somebody changed; `theirs`: something that
 * Deployer did not write.
 */
export type DocumentStanding = 'missing' | 'own' | 'edited' | 'theirs';

export async function documentStanding(path: string): Promise<DocumentStanding> {
  // What cannot be read, a folder for one, is not its own either.
  const text = await textOfFile(path).catch(() => '');
  if (text === null) return 'missing';
  if (!isOwnDocument(text)) return 'theirs';
  return isChangedSinceSealed(text) ? 'edited' : 'own';
}

/** What became of a file; `edited` and `theirs`: it has what somebody wrote, and stays. */
export type Replaced = 'written' | 'same' | 'edited' | 'theirs';

/** Writes a document where nobody asked for it: over one of its own, never over what somebody else wrote. */
export async function replaceDocument(path: string, content: string): Promise<Replaced> {
  const standing = await documentStanding(path);
  if (standing === 'edited' || standing === 'theirs') return standing;
  return (await writeDocument(path, content)) ? 'written' : 'same';
}
