import { posix } from 'node:path';

import { git, type Repository, zeroTerminated } from './git.ts';

export interface TreeEntry {
  /** Relative to the repository's root, with forward slashes. */
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'link' | 'submodule';
  /** Id of the blob, or of a submodule's commit. */
  readonly object: string;
  /** Bytes; null for a submodule. */
  readonly size: number | null;
}

const kinds: Readonly<Record<string, TreeEntry['kind']>> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'executable',
  '120000': 'link',
  '160000': 'submodule',
};

/** Every file of a commit, in Git's order. */
export async function listTree(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', commit, '--'];
  return zeroTerminated(await git(repository, args, { signal })).map(treeEntry);
}

/**
 * The files among `entries` that one of the globs matches, in their order. Globs are relative to `folder` (itself
 * relative to the repository's root) and may lead out of it (`../shared/**`); `*` does not match a leading dot.
 */
export function matchingEntries(
  entries: readonly TreeEntry[],
  folder: string,
  globs: readonly string[],
): readonly TreeEntry[] {
  return entries.filter((entry) => {
    const path = posix.relative(folder, entry.path);
    return entry.kind !== 'submodule' && globs.some((glob) => posix.matchesGlob(path, posix.normalize(glob)));
  });
}

/** As many links as Linux follows for one path (path_resolution(7)). */
const mostFollowed = 40;

/**
 * The content of a file at a commit, byte for byte; null when there is none. A symbolic link is followed, as long as
 * it stays in the commit.
 */
export async function readFileAt(
  repository: Repository,
  file: { readonly commit: string; readonly path: string },
  signal: AbortSignal,
): Promise<Buffer | null> {
  let path = posix.normalize(file.path);
  for (let followed = 0; followed <= mostFollowed; followed++) {
    if (path.startsWith('../') || path.startsWith('/')) return null;
    const args = ['ls-tree', '-z', '-l', '--full-tree', file.commit, '--', path];
    const [line] = zeroTerminated(await git(repository, args, { signal }));
    if (line === undefined || !line.includes(' blob ')) return null;
    const entry = treeEntry(line);
    const content = await readBlob(repository, entry.object, signal);
    if (entry.kind !== 'link') return content;
    path = posix.join(posix.dirname(path), content.toString('utf8'));
  }
  return null;
}

/** The content of a blob by its id. */
export async function readBlob(repository: Repository, object: string, signal: AbortSignal): Promise<Buffer> {
  return git(repository, ['cat-file', 'blob', object], { signal });
}

/** `<mode> <type> <object> <size padded>\t<path>`, git-ls-tree(1). */
function treeEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', , object = '', size = '-'] = line.slice(0, tab).split(/ +/);
  return {
    path: line.slice(tab + 1),
    kind: kinds[mode] ?? 'file',
    object,
    size: size === '-' ? null : Number(size),
  };
}
