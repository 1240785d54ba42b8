import { type FileHandle, mkdir, open, symlink } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { mapAhead } from '../lib/map-ahead.ts';
import { leadsOutside } from './links.ts';
import { ArchiveError, readTar, type TarContent, type TarEntry } from './tar.ts';

const writtenAtOnce = 8;
const chunkBytes = 1024 * 1024;

type FileEntry = Extract<TarEntry, { kind: 'file' }>;

interface FileContent extends TarContent {
  readonly entry: FileEntry;
}

/**
 * Writes the files of an archive into an empty folder. Nothing gets outside it: a path is plain and its parent a
 * folder that the archive made, and links come last, so no file is ever written through one. Times are those of the
 * writing, not of the archive: one fixed time for all would let HTTP caches take a new file for the old one.
 * Throws an ArchiveError that says what is wrong with the archive.
 */
export async function unpackBundle(archive: FileHandle, into: string, signal: AbortSignal): Promise<void> {
  const links = new Map<string, string>();
  const files = filesIn(archive, { into, links });
  for await (const _ of mapAhead(files, writtenAtOnce, (file) => writeFile(archive, file, into))) {
    signal.throwIfAborted();
  }
  for (const [path, target] of links) {
    if (leadsOutside(links, path))
      throw new ArchiveError(`the symbolic link ${path} leads outside (${target})`);
    await symlink(target, join(into, path));
  }
}

/** The files, while folders are made on the way and links collected. */
async function* filesIn(
  archive: FileHandle,
  place: { readonly into: string; readonly links: Map<string, string> },
): AsyncGenerator<FileContent> {
  const folders = new Set(['.']);
  const seen = new Set<string>();
  for await (const { entry, offset } of readTar(archive)) {
    const { path } = entry;
    if (!isPlain(path) || seen.has(path) || !folders.has(posix.dirname(path))) {
      throw new ArchiveError(`the path ${JSON.stringify(path)} is not one that a bundle may have`);
    }
    seen.add(path);
    switch (entry.kind) {
      case 'folder':
        await mkdir(join(place.into, path), { mode: 0o755 });
        folders.add(path);
        break;
      case 'link':
        place.links.set(path, entry.target);
        break;
      case 'file':
        yield { entry, offset };
        break;
    }
  }
}

function isPlain(path: string): boolean {
  return (
    path !== '' && path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

async function writeFile(archive: FileHandle, content: FileContent, into: string): Promise<void> {
  const { entry, offset } = content;
  const file = await open(join(into, entry.path), 'wx', entry.executable ? 0o755 : 0o644);
  try {
    for (let done = 0; done < entry.size;) {
      const buffer = Buffer.allocUnsafe(Math.min(entry.size - done, chunkBytes));
      const { bytesRead } = await archive.read(buffer, 0, buffer.length, offset + done);
      if (bytesRead === 0) throw new ArchiveError('the archive is cut off');
      await file.write(buffer, 0, bytesRead);
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
}
