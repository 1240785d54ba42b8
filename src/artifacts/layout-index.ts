import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../lib/atomic-file.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { isNodeError } from '../lib/node-error.ts';
import { blobPath, listBlobs } from './blobs.ts';
import { type BundleManifest, bundleManifestSchema, type Descriptor, mediaTypes } from './oci.ts';

/** Ours have under 1 KiB; anything larger is a layer and need not be read. */
const largestManifestBytes = 16 * 1024;

interface IndexedManifest extends Descriptor {
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is known of blobs that were looked at: the entry of a manifest, or null. A blob never changes. */
export type IndexCache = Map<string, IndexedManifest | null>;

/**
 * Brings `index.json` up to date with the manifests among the blobs. Nothing of ours reads it (artifacts are named by
 * digest); it is there for other OCI tools.
 *
 * It takes no lock: whoever writes it looks at the blobs once more afterwards and writes again if one has come. The
 * last writer therefore listed every blob that was stored before its write, and a blob stored later has a later writer.
 */
export async function refreshIndex(store: string, cache: IndexCache): Promise<void> {
  const path = join(store, 'index.json');
  let written = await textOf(path);
  for (;;) {
    const manifests = await listManifests(store, cache);
    const wanted = canonicalJson({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
    if (wanted === written) return;
    await writeFileAtomically(path, wanted);
    written = wanted;
  }
}

async function listManifests(store: string, cache: IndexCache): Promise<readonly IndexedManifest[]> {
  const found: IndexedManifest[] = [];
  for (const digest of await listBlobs(store)) {
    const known = cache.get(digest);
    const entry = known === undefined ? await indexedManifest(store, digest) : known;
    cache.set(digest, entry);
    if (entry !== null) found.push(entry);
  }
  return found;
}

async function indexedManifest(store: string, digest: string): Promise<IndexedManifest | null> {
  const path = blobPath(store, digest);
  const { size } = await stat(path);
  if (size > largestManifestBytes) return null;
  const manifest = manifestIn(await readFile(path, 'utf8'));
  if (manifest === null) return null;
  const { mediaType, artifactType, annotations } = manifest;
  return { mediaType, artifactType, digest, size, annotations };
}

function manifestIn(text: string): BundleManifest | null {
  // A small layer is a tar archive, whose first bytes are a path.
  if (!text.startsWith('{')) return null;
  try {
    return bundleManifestSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}
