import { parseSecretReference, referencesIn } from '../../core/secrets/secret-reference.ts';
import { revokedError, type Secrets, type Substitution, substitution } from '../../core/secrets/secrets.ts';
import type { Preparation } from '../../core/places/target.ts';
import type { SuppliedSecrets } from '../../core/secrets/supplied-secrets.ts';
import { DeployerError } from '../../errors.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import type { Database, Queries } from '../../store/database.ts';

/** The last hop: what a deployment's components are given, at the moment that they start. */

interface SecretParts {
  readonly database: Database;
  readonly secrets: Secrets;
}

/** In the place of a revoked version the newest one is used, and audited. */
export type SupplySecrets = (preparation: Preparation) => Promise<SuppliedSecrets>;

export function supplySecrets({ database, secrets }: SecretParts): SupplySecrets {
  return async (preparation) => {
    const substituted = await substitutionsOf(secrets, preparation);
    const used = usedInstead(substituted);
    const values: Record<string, string> = {};
    for (const text of referencesOf(preparation)) {
      const reference = parseSecretReference(used[text] ?? text);
      if (reference !== null) values[text] = await secrets.read(preparation.integration, reference);
    }
    await auditSubstitutions(database.db, preparation, substituted);
    return { values, unseen: await valuesToHide(secrets, preparation) };
  };
}

/** A component may print what users or suites bring. While secrets are locked, one without any starts all the same. */
async function valuesToHide(secrets: Secrets, preparation: Preparation): Promise<readonly string[]> {
  try {
    return await secrets.values(preparation.integration);
  } catch (error) {
    const isLocked = error instanceof DeployerError && error.code === 'secrets_locked';
    if (isLocked && referencesOf(preparation).length === 0) return [];
    throw error;
  }
}

/** The revoked versions that a deployment was prepared with, and what is used when it starts again. */
export async function substitutionsOf(
  secrets: Pick<Secrets, 'standing'>,
  preparation: Preparation,
): Promise<readonly Substitution[]> {
  const found = await Promise.all(
    referencesOf(preparation).map(async (text) => {
      const reference = parseSecretReference(text);
      if (reference === null) return null;
      return substitution(text, await secrets.standing(preparation.integration, reference));
    }),
  );
  return found.flatMap((each) => each ?? []);
}

/** Throws `secret_revoked` when there is nothing to use in the place of one. */
export function usedInstead(substituted: readonly Substitution[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    substituted.map(({ revoked, used }) => {
      if (used === null) throw revokedError(revoked);
      return [revoked, used];
    }),
  );
}

export async function auditSubstitutions(
  db: Queries,
  { integration, deployment }: Pick<Preparation, 'integration' | 'deployment'>,
  substituted: readonly Substitution[],
): Promise<void> {
  for (const { revoked, used } of substituted) {
    await writeAudit(db, {
      integration,
      actor: deployerItself,
      action: 'secret substituted',
      subject: deployment,
      detail: { revoked, used },
    });
  }
}

function referencesOf({ components }: Preparation): readonly string[] {
  return referencesIn(components.map(({ shape }) => shape.env));
}
