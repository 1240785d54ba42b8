import type { SecretsView, SecretVersionView, SecretView } from '../../api/views/secrets.ts';
import { referencesIn, secretText } from '../../core/secret-reference.ts';
import type { Queries } from '../../store/database.ts';
import { type DeploymentRow, runningDeployments } from '../../store/deployments.ts';
import { iso } from '../../store/json.ts';
import { listSecrets, type SecretName, secretVersions, type SecretVersionRow } from '../../store/secrets.ts';

/** Secrets by name with all that may be known of them, which is not their values. */
export async function secretsView(
  db: Queries,
  integration: string,
  after: string | null,
): Promise<SecretsView> {
  const { rows, next } = await listSecrets(db, integration, after);
  const running = await runningDeployments(db, integration);
  return { secrets: rows.flatMap((versions) => viewOf(versions, running) ?? []), next };
}

export async function secretView(db: Queries, name: SecretName): Promise<SecretView> {
  const running = await runningDeployments(db, name.integration);
  const view = viewOf(await secretVersions(db, name), running);
  if (view === null) throw new Error(`${name.path}#${name.key} has gone`);
  return view;
}

function viewOf(versions: readonly SecretVersionRow[], running: readonly DeploymentRow[]): SecretView | null {
  const [newest] = versions;
  if (newest === undefined) return null;
  const { path, key } = newest;
  return { path, key, versions: versions.map((row) => versionView(row, running)) };
}

function versionView(row: SecretVersionRow, running: readonly DeploymentRow[]): SecretVersionView {
  const { revoked_at: at, revoked_by: by, revoked_reason: reason } = row;
  return {
    version: row.version,
    at: iso(row.at),
    by: row.identity,
    revoked: at === null ? null : { at: iso(at), by: by ?? '', reason: reason ?? '' },
    usedBy: running
      .filter((deployment) => uses(deployment, row))
      .map(({ id, state }) => ({ deployment: id, state })),
  };
}

function uses({ preparation }: DeploymentRow, { path, key, version }: SecretVersionRow): boolean {
  const text = secretText({ provider: 'local', path, key, version: String(version) });
  return referencesIn(preparation.components.map(({ shape }) => shape.env)).includes(text);
}
