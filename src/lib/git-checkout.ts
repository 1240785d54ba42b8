import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DeployerError } from '../errors.ts';
import { git, type Repository } from './git.ts';
import { listTree, type TreeEntry } from './git-tree.ts';

const checkoutTimeoutMs = 600_000;

export interface Checkout {
  /** A bare clone of ours. */
  readonly clone: Repository;
  /** Full id. */
  readonly commit: string;
  /** Folder that must be complete, relative to the repository's root; `.` is all of it. */
  readonly folder: string;
  /** Absolute path of a folder that does not exist yet. */
  readonly into: string;
}

/**
 * Writes the files of a commit into a new folder, with the bytes that the commit has and no `.git`; no hook, filter
 * or line-end conversion runs. It appears whole or not at all. Throws `repository_invalid` when `folder` has a
 * submodule or a Git LFS file, whose content no commit has.
 */
export async function checkOut(checkout: Checkout, signal: AbortSignal): Promise<void> {
  const { clone, commit } = checkout;
  const entries = (await listTree(clone, commit, signal)).filter(({ path }) =>
    isWithin(path, checkout.folder),
  );
  refuse(
    'submodule',
    entries.filter((entry) => entry.kind === 'submodule'),
  );
  const beside = `${checkout.into}.${randomUUID()}.tmp`;
  const index = `${beside}.index`;
  const options = { signal, timeoutMs: checkoutTimeoutMs, env: { GIT_INDEX_FILE: index } };
  try {
    await mkdir(beside, { recursive: true });
    const repository = [`--work-tree=${beside}`];
    await git(clone, [...repository, 'read-tree', commit], options);
    await git(clone, [...repository, 'checkout-index', '--all', '--quiet'], options);
    refuse('Git LFS file', await lfsPointers(beside, entries));
    await rename(beside, checkout.into);
  } finally {
    await rm(index, { force: true });
    await rm(beside, { recursive: true, force: true });
  }
}

function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path.startsWith(`${folder}/`);
}

/** Shown of a long list: enough to see the pattern. */
const shown = 10;

function refuse(what: string, entries: readonly TreeEntry[]): void {
  const [first] = entries;
  if (first === undefined) return;
  throw new DeployerError('repository_invalid', {
    message: `${first.path} is a ${what}: its content is not in the commit, and Deployer does not fetch it.`,
    hint: 'Commit the files themselves, or let the build of the component fetch them.',
    detail: entries.slice(0, shown).map((entry) => entry.path),
  });
}

/** Files that stand for content elsewhere: the first line is fixed, and the whole is under 1024 bytes (LFS spec v1). */
async function lfsPointers(folder: string, entries: readonly TreeEntry[]): Promise<readonly TreeEntry[]> {
  const found: TreeEntry[] = [];
  for (const entry of entries) {
    if (entry.size === null || entry.size < 100 || entry.size >= 1024 || entry.kind === 'link') continue;
    const content = await readFile(join(folder, entry.path), 'latin1');
    if (content.startsWith('version https://git-lfs.github.com/spec/v1\n')) found.push(entry);
  }
  return found;
}
