import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { DeployerError } from '../errors.ts';
import { syncFolder, writeFileAtomically } from '../lib/atomic-file.ts';
import { orDiskFull } from '../lib/disk-full.ts';
import { ignoreMissing, isNodeError } from '../lib/node-error.ts';
import { ownName, removeAbandoned } from './ingest.ts';
import { digestPattern } from './oci.ts';

/** A commit that has a release is not built again; another one stores what it packs, whole. */
const buildAnew = 'git commit --allow-empty -m "Build again" && deployer ship';

/** Makes the folder an OCI image layout (image-layout.md of the specification 1.1) if it is none yet. */
export async function ensureLayout(store: string): Promise<void> {
  await mkdir(blobFolder(store), { recursive: true, mode: 0o700 });
  await mkdir(ingestFolder(store), { recursive: true, mode: 0o700 });
  const marker = join(store, 'oci-layout');
  if ((await stat(marker).catch(ignoreMissing)) === null) {
    await writeFileAtomically(marker, '{"imageLayoutVersion":"1.0.0"}');
  }
  await removeAbandoned(ingestFolder(store));
}

/**
 * Stores a blob and returns its digest and size. It is written beside its place, flushed and renamed, so any number
 * of processes may store the same one, and one that was damaged is whole again. Throws `disk_full`.
 */
export async function writeBlob(
  store: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<{ readonly digest: string; readonly size: number }> {
  const beside = join(ingestFolder(store), await ownName());
  const hash = createHash('sha256');
  let size = 0;
  async function* measured(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  try {
    const file = createWriteStream(beside, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(Readable.from(content), measured, file, { signal });
    const digest = `sha256:${hash.digest('hex')}`;
    await rename(beside, blobPath(store, digest));
    await syncFolder(blobFolder(store));
    return { digest, size };
  } catch (error) {
    await rm(beside, { force: true });
    signal.throwIfAborted();
    throw orDiskFull(error, 'an artifact was stored');
  }
}

/** Throws `artifact_missing` or `artifact_damaged` unless the stored bytes are the ones that the digest names. */
export async function verifyBlob(
  store: string,
  blob: { readonly digest: string; readonly size?: number },
  signal: AbortSignal,
): Promise<void> {
  const path = blobPath(store, blob.digest);
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal })) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw isNodeError(error) && error.code === 'ENOENT' ? missing(blob.digest, path) : error;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found === blob.digest && (blob.size ?? size) === size) return;
  throw damaged(blob.digest, path, `has ${size} bytes with the digest ${found}`);
}

/** Where a blob is. Throws `artifact_missing` for what is not a sha256 digest, so no name leads out of the folder. */
export function blobPath(store: string, digest: string): string {
  if (!digestPattern.test(digest)) throw missing(digest, blobFolder(store));
  return join(blobFolder(store), digest.slice('sha256:'.length));
}

/** The digests of all blobs, sorted. */
export async function listBlobs(store: string): Promise<readonly string[]> {
  const names = await readdir(blobFolder(store));
  return names
    .map((name) => `sha256:${name}`)
    .filter((digest) => digestPattern.test(digest))
    .sort();
}

export function damaged(digest: string, path: string, found: string): DeployerError {
  return new DeployerError('artifact_damaged', {
    message: `The artifact blob ${digest} is damaged: ${path} ${found}.`,
    hint: `Check the disk, then build it anew: ${buildAnew}`,
  });
}

function missing(digest: string, path: string): DeployerError {
  return new DeployerError('artifact_missing', {
    message: `The artifact blob ${digest} is not in the store: there is no ${path}.`,
    hint: buildAnew,
  });
}

function blobFolder(store: string): string {
  return join(store, 'blobs', 'sha256');
}

function ingestFolder(store: string): string {
  return join(store, 'ingest');
}
