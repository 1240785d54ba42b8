import type { SealedSecrets, SealedVersion } from '../core/secrets/sealed-secrets.ts';
import type { SecretReference } from '../core/secrets/secret-reference.ts';
import { secretName } from '../core/secrets/secret-reference.ts';
import type { SecretSealer, SecretStanding } from '../core/secrets/secrets.ts';
import { DeployerError } from '../errors.ts';
import type { DataKeys } from './data-keys.ts';
import { seal, secretPurpose, unseal } from './seal.ts';

/** The provider `local`: versions are rows, values are encrypted with the data key of their integration. */
export interface LocalSecrets extends SecretSealer {
  standing(integration: string, reference: SecretReference): Promise<SecretStanding>;
  read(integration: string, reference: SecretReference): Promise<string>;
  /** Of every version, revoked ones too. */
  values(integration: string): Promise<readonly string[]>;
}

export function localSecrets(store: SealedSecrets, keys: DataKeys): LocalSecrets {
  async function reveal(row: SealedVersion): Promise<string> {
    const key = await keys.find(row.integration);
    const plain = key === null ? null : unseal(key, secretPurpose(row), row.sealed);
    if (plain !== null) return Buffer.from(plain).toString('utf8');
    throw new DeployerError('secrets_locked', {
      message: `Secret ${row.path}#${row.key}@${row.version} of ${row.integration} cannot be read: its row was changed, or belongs elsewhere.`,
      hint: `deployer secret set ${row.path}#${row.key}`,
    });
  }

  return {
    async standing(integration, { path, key, version }) {
      const versions = await store.versions({ integration, path, key });
      const current = versions.find(({ isRevoked }) => !isRevoked)?.version ?? null;
      const named = versions.find((row) => String(row.version) === version);
      return {
        current: current === null ? null : String(current),
        named:
          version === null
            ? 'unnamed'
            : named === undefined
              ? 'unknown'
              : named.isRevoked
                ? 'revoked'
                : 'usable',
      };
    },

    async read(integration, reference) {
      const { path, key, version } = reference;
      const row = await store.version({ integration, path, key }, Number(version));
      if (row !== null) return await reveal(row);
      throw new DeployerError('secret_missing', {
        message: `${integration} has no secret ${secretName(reference)}.`,
        hint: 'deployer secret list',
      });
    },

    values: async (integration) => await Promise.all((await store.all(integration)).map(reveal)),

    async sealFor(integration) {
      const key = await keys.ensure(integration);
      return (place, value) => seal(key, secretPurpose({ ...place, integration }), Buffer.from(value));
    },
  };
}
