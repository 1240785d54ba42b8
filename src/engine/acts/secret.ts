import type { Actor } from '../../core/pipeline/run.ts';
import { secretName, type SecretReference } from '../../core/secrets/secret-reference.ts';
import { refuseSecretValue } from '../../core/secrets/secret-value.ts';
import { DeployerError } from '../../errors.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Queries } from '../../store/database.ts';
import {
  insertSecretVersion,
  revokeSecretVersion,
  type SecretName,
  type SecretVersionRow,
  secretVersions,
  takeSecretVersion,
} from '../../store/secrets.ts';
import type { EngineParts } from '../parts.ts';

export interface SecretOrder {
  readonly integration: string;
  /** Parsed already; a version only to revoke one. */
  readonly name: Omit<SecretReference, 'provider'>;
  readonly by: Actor;
}

/** Stores a value as the next version of a secret, encrypted, in the transaction that audits it. */
export async function setSecret(
  parts: EngineParts,
  { integration, name: { path, key, version: named }, by, value }: SecretOrder & { readonly value: string },
): Promise<SecretVersionRow> {
  const shown = secretName({ path, key, version: null });
  if (named !== null) {
    throw new DeployerError('secret_invalid', {
      message: 'A new value gets the next version; it cannot be chosen.',
      hint: `deployer secret set ${shown}`,
      path: 'name',
    });
  }
  refuseSecretValue(shown, value);
  // Wrong keys are found out before anything changes.
  const seal = await parts.sealer.sealFor(integration);
  const row = await parts.database.transaction(async ({ db }) => {
    const name = { integration, path, key };
    const version = await takeSecretVersion(db, name);
    const sealed = seal({ path, key, version }, value);
    const inserted = await insertSecretVersion(db, name, { version, sealed, by });
    await audit(db, 'secret set', inserted, { by });
    return inserted;
  });
  // From here on it is in no log of this server.
  await parts.secrets.redactor(integration);
  return row;
}

/** Revokes one version: nothing that starts from now on gets it. A second time is no change. */
export async function revokeSecret(
  parts: EngineParts,
  { integration, name, by, reason }: SecretOrder & { readonly reason: string },
): Promise<SecretVersionRow> {
  const { path, key } = name;
  return await parts.database.transaction(async ({ db }) => {
    const { version, revoked_at } = await versionToRevoke(db, { integration, path, key }, name.version);
    const place = { integration, path, key, version };
    if (revoked_at === null) {
      await revokeSecretVersion(db, place, { by, reason });
      await audit(db, 'secret revoked', place, { by, reason });
    }
    const now = (await secretVersions(db, place)).find((row) => row.version === version);
    if (now === undefined) throw new Error(`${secretName(name)} has gone`);
    return now;
  });
}

/** Without a version only one may stand: nobody revokes the new one who meant the old one. */
async function versionToRevoke(
  db: Queries,
  name: SecretName,
  version: string | null,
): Promise<SecretVersionRow> {
  const rows = await secretVersions(db, name);
  const shown = secretName({ ...name, version: null });
  const standing = rows.filter(({ revoked_at }) => revoked_at === null);
  const [only, ...others] =
    version === null ? standing : rows.filter((row) => String(row.version) === version);
  if (only === undefined) {
    throw new DeployerError('secret_missing', {
      message: `There is no ${version === null ? `version of ${shown} to revoke` : `secret ${shown}@${version}`}.`,
      hint: 'deployer secret list',
      path: 'name',
    });
  }
  if (others.length === 0) return only;
  throw new DeployerError('reference_ambiguous', {
    message: `${shown} has ${standing.length} versions that are not revoked: ${standing.map((row) => `@${row.version}`).join(', ')}.`,
    hint: `deployer secret revoke ${shown}@${others.at(-1)?.version ?? only.version} --reason "…"`,
    path: 'name',
  });
}

async function audit(
  db: Queries,
  action: 'secret set' | 'secret revoked',
  { integration, path, key, version }: Pick<SecretVersionRow, 'integration' | 'path' | 'key' | 'version'>,
  { by, ...detail }: { readonly by: Actor; readonly reason?: string },
): Promise<void> {
  const subject = secretName({ path, key, version: String(version) });
  await writeAudit(db, { integration, actor: by, action, subject, detail });
}
