import { z } from 'zod';

import { sha256 } from '../lib/canonical-json.ts';

/** Media types of the OCI image specification 1.1, and our own for what the artifact is. */
export const mediaTypes = {
  bundle: 'application/vnd.deployer.bundle.v1',
  empty: 'application/vnd.oci.empty.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
} as const;

/** `org.opencontainers.image.title`: the component that the bundle is of. */
const titleAnnotation = 'org.opencontainers.image.title';

export const digestPattern: RegExp = /^sha256:[0-9a-f]{64}$/;

/** The config of an artifact that has none: its content is `{}`. */
export const emptyConfig: Descriptor = { mediaType: mediaTypes.empty, digest: sha256('{}'), size: 2 };

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** The manifest of a bundle: no config, one layer. */
export interface BundleManifest {
  readonly schemaVersion: 2;
  readonly mediaType: typeof mediaTypes.manifest;
  readonly artifactType: typeof mediaTypes.bundle;
  readonly config: Descriptor;
  readonly layers: readonly [Descriptor];
  readonly annotations: Readonly<Record<string, string>>;
}

export function bundleManifest(
  component: string,
  layer: { readonly digest: string; readonly size: number },
): BundleManifest {
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaTypes.bundle,
    config: emptyConfig,
    layers: [{ mediaType: mediaTypes.layer, digest: layer.digest, size: layer.size }],
    annotations: { [titleAnnotation]: component },
  };
}

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string().regex(digestPattern),
  size: z.int().nonnegative(),
});

export const bundleManifestSchema: z.ZodType<BundleManifest> = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(mediaTypes.manifest),
  artifactType: z.literal(mediaTypes.bundle),
  config: descriptorSchema.extend({ mediaType: z.literal(mediaTypes.empty) }),
  layers: z.tuple([descriptorSchema.extend({ mediaType: z.literal(mediaTypes.layer) })]),
  annotations: z.record(z.string(), z.string()),
});
