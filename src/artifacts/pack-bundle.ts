import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

import type { BundleSource } from '../core/releases/artifacts.ts';
import { mapAhead } from '../lib/map-ahead.ts';
import { changed, unreadable } from './bundle-entries.ts';
import { tarEnd, type TarEntry, tarHeader, tarPadding } from './tar.ts';

/** Files up to this size are read ahead whole, so that thousands of small ones do not wait for each other. */
const smallBytes = 256 * 1024;
const readAhead = 16;

/**
 * The bytes of the archive of these entries, in their order, read as they are asked for. Throws `bundle_invalid` when
 * a file cannot be read or is not the one that was listed.
 */
export async function* bundleBytes(
  source: BundleSource,
  entries: readonly TarEntry[],
): AsyncGenerator<Buffer> {
  const contents = mapAhead(entries, readAhead, async (entry) => ({
    entry,
    small: await smallContent(source, entry),
  }));
  for await (const { entry, small } of contents) {
    yield tarHeader(entry);
    if (entry.kind !== 'file') continue;
    if (small === null) yield* chunksOf(source, entry);
    else yield small;
    yield tarPadding(entry.size);
  }
  yield tarEnd;
}

type FileEntry = Extract<TarEntry, { kind: 'file' }>;

async function smallContent(source: BundleSource, entry: TarEntry): Promise<Buffer | null> {
  if (entry.kind !== 'file' || entry.size > smallBytes) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(source, entry)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Exactly the listed number of bytes: the header with the size is out already. */
async function* chunksOf(source: BundleSource, entry: FileEntry): AsyncGenerator<Buffer> {
  const file = await openListed(source, entry);
  try {
    for (let position = 0; position < entry.size;) {
      const buffer = Buffer.allocUnsafe(Math.min(entry.size - position, smallBytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) throw changed(source, entry.path);
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function openListed(source: BundleSource, entry: FileEntry): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(
      join(source.folder, entry.path),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
  } catch (error) {
    throw unreadable(source, entry.path, error);
  }
  const stats = await file.stat();
  if (stats.isFile() && stats.size === entry.size) return file;
  await file.close();
  throw changed(source, entry.path);
}
