import { readFile } from 'node:fs/promises';

import { blobPath } from './blobs.ts';
import { bundleManifestSchema } from './oci.ts';

/** The blobs of an artifact, its manifest among them. Throws when the manifest is not there, or is none. */
export async function blobsOf(folder: string, manifest: string): Promise<readonly string[]> {
  const text = await readFile(blobPath(folder, manifest), 'utf8');
  const { config, layers } = bundleManifestSchema.parse(JSON.parse(text));
  return [manifest, ...[config, ...layers].map(({ digest }) => digest)];
}
