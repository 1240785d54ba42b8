import { parseSecretReference, secretName, type SecretReference } from '../secrets/secret-reference.ts';

/** What is known of a stored secret; never its value. */
export interface StoredSecret {
  readonly path: string;
  readonly key: string;
  readonly versions: readonly { readonly version: number; readonly revoked: object | null }[];
}

/**
 * Of the references of a definition, the names of those that are not set, or of which every version is revoked, or the
 * one that is named: a ship would be refused for them. Only what Deployer stores itself can be told.
 */
export function unsetSecrets(
  references: readonly string[],
  stored: readonly StoredSecret[],
): readonly string[] {
  const named = references.flatMap((text) => parseSecretReference(text) ?? []);
  const unset = named.filter((reference) => reference.provider === 'local' && !isSet(reference, stored));
  return [...new Set(unset.map(secretName))];
}

function isSet({ path, key, version }: SecretReference, stored: readonly StoredSecret[]): boolean {
  const versions = stored.find((secret) => secret.path === path && secret.key === key)?.versions ?? [];
  return versions.some(
    (each) => each.revoked === null && (version === null || String(each.version) === version),
  );
}
