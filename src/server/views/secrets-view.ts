import type { SecretsView, SecretVersionView, SecretView } from '../../api/views/secrets.ts';
import { referencesIn, secretText } from '../../core/secrets/secret-reference.ts';
import type { Queries } from '../../store/database.ts';
import { type DeploymentRow, runningDeployments } from '../../store/deployments.ts';
import { iso } from '../../store/json.ts';
import { allResidents } from '../../store/residents.ts';
import { listSecrets, type SecretName, secretVersions, type SecretVersionRow } from '../../store/secrets.ts';

/** Secrets by name with all that may be known of them, which is not their values. */
export async function secretsView(
  db: Queries,
  integration: string,
  after: string | null,
): Promise<SecretsView> {
  const { rows, next } = await listSecrets(db, integration, after);
  const running = await startedWith(db, integration);
  return { secrets: rows.flatMap((versions) => viewOf(versions, running) ?? []), next };
}

export async function secretView(db: Queries, name: SecretName): Promise<SecretView> {
  const running = await startedWith(db, name.integration);
  const view = viewOf(await secretVersions(db, name), running);
  if (view === null) throw new Error(`${name.path}#${name.key} has gone`);
  return view;
}

type Started = Pick<DeploymentRow, 'id' | 'state' | 'preparation'>;

/** What runs, and with what it was started. */
async function startedWith(db: Queries, integration: string): Promise<readonly Started[]> {
  const residents = await allResidents(db, integration);
  return [
    ...(await runningDeployments(db, integration)),
    ...residents.flatMap(({ current }) =>
      current === null ? [] : [{ id: current.deployment, state: 'live' as const, preparation: current }],
    ),
  ];
}

function viewOf(versions: readonly SecretVersionRow[], running: readonly Started[]): SecretView | null {
  const [newest] = versions;
  if (newest === undefined) return null;
  const { path, key } = newest;
  return { path, key, versions: versions.map((row) => versionView(row, running)) };
}

function versionView(row: SecretVersionRow, running: readonly Started[]): SecretVersionView {
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

function uses({ preparation }: Started, { path, key, version }: SecretVersionRow): boolean {
  const text = secretText({ provider: 'local', path, key, version: String(version) });
  return referencesIn(preparation.components.map(({ shape }) => shape.env)).includes(text);
}
