import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { SweepOrder, Swept } from '../core/retention/housekeeping.ts';
import { DeployerError } from '../errors.ts';
import { ignoreMissing } from '../lib/node-error.ts';
import { blobPath, listBlobs } from './blobs.ts';
import { refreshIndex } from './layout-index.ts';
import { blobsOf } from './needed-blobs.ts';

/**
 * Removes the blobs that no kept manifest names. Whoever packs renames its blob into place, equal content included, so
 * a blob that a run has just stored is young; one is moved away first and looked at again there, so that one which was
 * stored anew between the look and the act is put back.
 */
export async function sweepArtifacts(folder: string, order: SweepOrder, signal: AbortSignal): Promise<Swept> {
  const kept = await markedBlobs(folder, order.manifests);
  const before = order.nowMs - order.youngMs;
  let blobs = 0;
  let bytes = 0;
  for (const digest of await blobsIn(folder)) {
    signal.throwIfAborted();
    if (kept.has(digest)) continue;
    const facts = await stat(blobPath(folder, digest)).catch(ignoreMissing);
    if (facts === null || facts.mtimeMs > before) continue;
    if (!order.isDryRun && !(await removeOld(folder, digest, before))) continue;
    blobs += 1;
    bytes += facts.size;
  }
  if (blobs > 0 && !order.isDryRun) await refreshIndex(folder, new Map());
  return { blobs, bytes };
}

/** Throws when a kept manifest cannot be read: then it is not known what it needs, and nothing may go. */
async function markedBlobs(folder: string, manifests: readonly string[]): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  for (const digest of manifests) {
    for (const blob of await blobsAt(folder, digest)) kept.add(blob);
  }
  return kept;
}

async function blobsAt(folder: string, digest: string): Promise<readonly string[]> {
  try {
    return await blobsOf(folder, digest);
  } catch (error) {
    throw new DeployerError('artifact_damaged', {
      message: `No artifact was removed: ${digest}, which a release needs, cannot be read, so what belongs to it is unknown.`,
      hint: 'Put it back from a backup, then: deployer prune',
      cause: error,
    });
  }
}

async function removeOld(folder: string, digest: string, before: number): Promise<boolean> {
  const path = blobPath(folder, digest);
  const aside = join(folder, 'ingest', `${digest.slice('sha256:'.length)}.swept`);
  if ((await rename(path, aside).catch(ignoreMissing)) === null) return false;
  const { mtimeMs } = await stat(aside);
  if (mtimeMs > before) {
    await rename(aside, path);
    return false;
  }
  await rm(aside, { force: true });
  return true;
}

async function blobsIn(folder: string): Promise<readonly string[]> {
  const present = await readdir(folder).catch(ignoreMissing);
  return present === null ? [] : await listBlobs(folder);
}
