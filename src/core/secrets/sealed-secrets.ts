/** What the provider `local` needs of the database: it keeps what was encrypted, and cannot read it. */
export interface SealedSecrets {
  /** Null before the first secret of an integration. */
  key(integration: string): Promise<SealedKey | null>;
  /** Keeps a data key unless there is one, and returns the one that counts. */
  addKey(key: SealedKey): Promise<SealedKey>;
  /** Whether the data key of some integration was encrypted with the key file. */
  needsKeyFile(): Promise<boolean>;
  /** Of one secret, the newest first; without what is encrypted. */
  versions(name: SecretNameIn): Promise<readonly Omit<SealedVersion, 'sealed'>[]>;
  /** Null when there is no such version. */
  version(name: SecretNameIn, version: number): Promise<SealedVersion | null>;
  /** Of every secret of an integration. */
  all(integration: string): Promise<readonly SealedVersion[]>;
  /** How many versions an integration has: none is ever removed. */
  count(integration: string): Promise<number>;
}

export interface SecretNameIn {
  readonly integration: string;
  readonly path: string;
  readonly key: string;
}

/** The data key of an integration, encrypted with the key of a key file or of a passphrase. */
export interface SealedKey {
  readonly integration: string;
  readonly source: 'key-file' | 'passphrase';
  /** For the passphrase; null with a key file. */
  readonly salt: Uint8Array | null;
  readonly wrapped: Uint8Array;
}

export interface SealedVersion extends SecretNameIn {
  readonly version: number;
  readonly sealed: Uint8Array;
  readonly isRevoked: boolean;
}
