import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';

import type { BundleSource } from '../core/releases/artifacts.ts';
import { DeployerError } from '../errors.ts';
import { isNodeError } from '../lib/node-error.ts';
import { leadsOutside } from './links.ts';
import type { TarEntry } from './tar.ts';

/**
 * What a bundle holds, sorted by path, so folders come before what is in them. Hard links are files of their own;
 * `.git` is left out wherever it stands. Throws `bundle_invalid`, naming the path.
 */
export async function bundleEntries(source: BundleSource, signal: AbortSignal): Promise<readonly TarEntry[]> {
  await requireFolder(source);
  const entries = await entriesBelow(source, '', signal);
  const links = new Map(
    entries.flatMap((entry) => (entry.kind === 'link' ? [[entry.path, entry.target]] : [])),
  );
  const escaping = [...links].find(([path]) => leadsOutside(links, path));
  if (escaping !== undefined) {
    throw new DeployerError('bundle_invalid', {
      message: `${source.component}: the symbolic link ${escaping[0]} leads outside the component (${escaping[1]}).`,
      hint: 'Copy what it points to into the component during the build, or name the link in the component’s exclude.',
    });
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a failed read of a file says about the bundle. */
export function unreadable(source: BundleSource, path: string, error: unknown): unknown {
  if (!isNodeError(error)) return error;
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return invalid(
        source,
        `${path} cannot be read`,
        'Make it readable in the build, or exclude it.',
        error,
      );
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
      return changed(source, path, error);
    default:
      return error;
  }
}

export function changed(source: BundleSource, path: string, cause?: unknown): DeployerError {
  const hint = 'End what writes there (a background process of the build?), then try again.';
  return invalid(source, `${path} changed while it was packed`, hint, cause);
}

async function requireFolder(source: BundleSource): Promise<void> {
  try {
    if ((await lstat(source.folder)).isDirectory()) return;
  } catch (error) {
    if (!isNodeError(error) || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) throw error;
    throw invalid(
      source,
      `there is no folder ${source.folder}`,
      'Correct the component’s path, or make the build write it.',
    );
  }
  throw invalid(source, `${source.folder} is not a folder`, 'Let the component’s path name a real folder.');
}

async function entriesBelow(source: BundleSource, folder: string, signal: AbortSignal): Promise<TarEntry[]> {
  signal.throwIfAborted();
  const children = await readFolder(source, folder);
  const found = await Promise.all(
    children.map(async (child): Promise<readonly TarEntry[]> => {
      const path = posix.join(folder, nameOf(source, folder, child.name));
      if (child.name.equals(gitFolder) || isExcluded(source, path)) return [];
      if (child.isDirectory())
        return [{ kind: 'folder', path }, ...(await entriesBelow(source, path, signal))];
      return [await leafEntry(source, path, child)];
    }),
  );
  return found.flat();
}

const gitFolder = Buffer.from('.git');

async function readFolder(source: BundleSource, folder: string): Promise<Dirent<Buffer>[]> {
  try {
    return await readdir(join(source.folder, folder), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    throw unreadable(source, folder, error);
  }
}

function nameOf(source: BundleSource, folder: string, name: Buffer): string {
  if (isUtf8(name)) return name.toString('utf8');
  throw invalid(
    source,
    `the name of ${posix.join(folder, JSON.stringify(name.toString('latin1')))} is not UTF-8`,
    'Rename it, or exclude its folder.',
  );
}

async function leafEntry(source: BundleSource, path: string, child: Dirent<Buffer>): Promise<TarEntry> {
  const full = join(source.folder, path);
  try {
    if (child.isSymbolicLink()) return { kind: 'link', path, target: await readlink(full) };
    const stats = await lstat(full);
    // The owner's bit alone: the others depend on the umask of whoever wrote the file.
    if (stats.isFile())
      return { kind: 'file', path, size: stats.size, executable: (stats.mode & 0o100) !== 0 };
  } catch (error) {
    throw unreadable(source, path, error);
  }
  throw invalid(
    source,
    `${path} is neither file, folder nor symbolic link`,
    'Remove it in the build, or exclude it.',
  );
}

/** A glob that matches a folder leaves out all that is in it; `*` and `**` stand for names with a leading dot too. */
function isExcluded(source: BundleSource, path: string): boolean {
  const undotted = path.replaceAll(/(^|\/)\./g, '$1');
  return source.exclude.some((given) => {
    const glob = posix.normalize(given).replace(/\/$/, '');
    return posix.matchesGlob(path, glob) || posix.matchesGlob(undotted, glob);
  });
}

function invalid(source: BundleSource, problem: string, hint: string, cause?: unknown): DeployerError {
  return new DeployerError('bundle_invalid', { message: `${source.component}: ${problem}.`, hint, cause });
}
