import type { SealedSecrets, SealedVersion } from '../core/secrets/sealed-secrets.ts';
import type { Database } from './database.ts';
import {
  addSecretKey,
  allSecretVersions,
  countSecretVersions,
  isKeyFileUsed,
  secretKey,
  type SecretRow,
  secretVersion,
  secretVersions,
} from './secrets.ts';

/** Encrypted secrets for the provider that reads them. */
export function sealedSecrets({ db }: Database): SealedSecrets {
  return {
    key: (integration) => secretKey(db, integration),
    addKey: ({ integration, source, salt, wrapped }) =>
      addSecretKey(db, {
        integration,
        source,
        salt: salt === null ? null : Buffer.from(salt),
        wrapped: Buffer.from(wrapped),
      }),
    needsKeyFile: () => isKeyFileUsed(db),
    versions: async (name) =>
      (await secretVersions(db, name)).map(({ revoked_at, ...row }) => ({
        ...row,
        isRevoked: revoked_at !== null,
      })),
    async version(name, version) {
      const row = await secretVersion(db, name, version);
      return row === null ? null : sealedVersion(row);
    },
    all: async (integration) => (await allSecretVersions(db, integration)).map(sealedVersion),
    count: (integration) => countSecretVersions(db, integration),
  };
}

function sealedVersion({ integration, path, key, version, sealed, revoked_at }: SecretRow): SealedVersion {
  return { integration, path, key, version, sealed, isRevoked: revoked_at !== null };
}
