/** Where artifacts live. Everything is read by digest and verified before it is used. */
export interface ArtifactStore {
  /**
   * Packs the files of `folder` (symbolic links inside only, `.git` and `exclude` left out) as a reproducible OCI
   * artifact and returns the digest of its manifest: same files, same digest.
   */
  pack(bundle: BundleSource, signal: AbortSignal): Promise<PackedArtifact>;
  /** Throws `artifact_missing` or `artifact_damaged`, naming the blob. */
  verify(digest: string, signal: AbortSignal): Promise<void>;
  /** Verifies, then writes the files into the new folder `into` (appears whole or not at all). */
  unpack(digest: string, into: string, signal: AbortSignal): Promise<void>;
}

export interface BundleSource {
  readonly component: string;
  readonly folder: string;
  readonly exclude: readonly string[];
}

export interface PackedArtifact {
  readonly digest: string;
  /** Bytes of all its blobs. */
  readonly size: number;
  readonly files: number;
}
