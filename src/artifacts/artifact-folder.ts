import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';

import type { ArtifactStore, BundleSource, PackedArtifact } from '../core/releases/artifacts.ts';
import { DeployerError } from '../errors.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { orDiskFull } from '../lib/disk-full.ts';
import { reach } from '../lib/named-point.ts';
import { blobPath, damaged, ensureLayout, verifyBlob, writeBlob } from './blobs.ts';
import { bundleEntries } from './bundle-entries.ts';
import { type IndexCache, refreshIndex } from './layout-index.ts';
import { type BundleManifest, bundleManifest, bundleManifestSchema, emptyConfig } from './oci.ts';
import { bundleBytes } from './pack-bundle.ts';
import { ArchiveError } from './tar.ts';
import { unpackBundle } from './unpack-bundle.ts';

/**
 * Artifacts in a folder that is an OCI image layout (image-spec 1.1). Any number of processes may use one folder at a
 * time. Everything in it is private to the user.
 */
export function openArtifactFolder(folder: string): ArtifactStore {
  const index: IndexCache = new Map();
  return {
    pack: (source, signal) => packArtifact(folder, source, { index, signal }),
    verify: async (digest, signal) => {
      await verifiedManifest(folder, digest, signal);
    },
    unpack: (digest, into, signal) => unpackArtifact(folder, { digest, into }, signal),
  };
}

async function packArtifact(
  folder: string,
  source: BundleSource,
  using: { readonly index: IndexCache; readonly signal: AbortSignal },
): Promise<PackedArtifact> {
  const { index, signal } = using;
  const entries = await bundleEntries(source, signal);
  try {
    await ensureLayout(folder);
    const layer = await writeBlob(folder, bundleBytes(source, entries), signal);
    await reach('artifact: blob written');
    await writeBlob(folder, [Buffer.from('{}')], signal);
    const text = canonicalJson(bundleManifest(source.component, layer));
    const manifest = await writeBlob(folder, [Buffer.from(text)], signal);
    await reach('artifact: manifest written');
    // It may have been damaged when it was last looked at.
    index.delete(manifest.digest);
    await refreshIndex(folder, index);
    return {
      digest: manifest.digest,
      size: manifest.size + emptyConfig.size + layer.size,
      files: entries.filter((entry) => entry.kind === 'file').length,
    };
  } catch (error) {
    throw orDiskFull(error, `${source.component} was packed`);
  }
}

async function verifiedManifest(
  folder: string,
  digest: string,
  signal: AbortSignal,
): Promise<BundleManifest> {
  await verifyBlob(folder, { digest }, signal);
  const manifest = manifestFrom(await readFile(blobPath(folder, digest), 'utf8'), digest);
  for (const blob of [manifest.config, ...manifest.layers]) await verifyBlob(folder, blob, signal);
  return manifest;
}

function manifestFrom(text: string, digest: string): BundleManifest {
  try {
    return bundleManifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new DeployerError('artifact_damaged', {
      message: `${digest} is not the manifest of a bundle.`,
      hint: 'Name the digest that the release gives for the component: deployer releases --json',
      cause: error,
    });
  }
}

async function unpackArtifact(
  folder: string,
  target: { readonly digest: string; readonly into: string },
  signal: AbortSignal,
): Promise<void> {
  const { layers } = await verifiedManifest(folder, target.digest, signal);
  const [layer] = layers;
  const beside = `${target.into}.${randomUUID()}.tmp`;
  const path = blobPath(folder, layer.digest);
  const archive = await open(path, 'r');
  try {
    await mkdir(beside, { recursive: true, mode: 0o755 });
    await unpackBundle(archive, beside, signal);
    await rename(beside, target.into);
  } catch (error) {
    if (error instanceof ArchiveError) throw damaged(layer.digest, path, `is no bundle: ${error.message}`);
    throw orDiskFull(error, `${target.into} was unpacked`);
  } finally {
    await archive.close();
    await rm(beside, { recursive: true, force: true });
  }
}
