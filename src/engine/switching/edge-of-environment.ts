import { mkdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';

import type { EdgeAddress, EdgeRef } from '../../core/switching/edge.ts';
import type { EdgeSettings } from '../../core/definition/integration.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { DeployerError } from '../../errors.ts';
import { writeFileAtomically } from '../../lib/atomic-file.ts';
import { exists } from '../../lib/exists.ts';
import { type DeploymentRow, findDeployment, newestDeployment } from '../../store/deployments.ts';
import { configurationByDigest } from '../../store/digested.ts';
import { type EnvironmentRow, findEnvironment } from '../../store/environments.ts';
import { releaseById } from '../../store/releases.ts';
import { isHere } from '../elsewhere.ts';
import type { Places } from '../parts.ts';

/**
 * The edge of an environment. Its settings are part of the configuration: they change with the switch to a deployment
 * that brings others, and come back with a rollback. A candidate that fails on the way leaves them alone.
 */

const ensureDeadlineMs = 30_000;

/**
 * The edge, running, with the settings of what is stable; of the newest deployment when nothing is. Before the first
 * deployment it has what the definition says, except files, which come with the deployment.
 */
export async function edgeInForce(places: Places, ref: EdgeRef, first: EdgeSettings): Promise<EdgeAddress> {
  const { db } = places.database;
  const { routes } = await findEnvironment(db, ref.integration, ref.environment);
  const stable = stableOf(routes);
  const row =
    stable === null
      ? await newestDeployment(db, ref.integration, ref.environment)
      : await findDeployment(db, ref.integration, stable);
  if (row === null) return await ensureEdge(places, ref, { ...first, cert: null, key: null });
  return await edgeOfDeployment(places, row);
}

/** The edge of an environment that has had one, running again with the settings in force. */
export async function restartedEdge(places: Places, ref: EdgeRef): Promise<void> {
  const { db } = places.database;
  const newest = await newestDeployment(db, ref.integration, ref.environment);
  if (newest === null) return;
  const { edge } = await configurationByDigest(db, newest.configuration);
  await edgeInForce(places, ref, edge);
}

/** The edge, running, with the settings that a deployment brings, its certificate files among them. */
export async function edgeOfDeployment(places: Places, row: DeploymentRow): Promise<EdgeAddress> {
  const { edge } = await configurationByDigest(places.database.db, row.configuration);
  const cert = edge.cert === null ? null : await placed(places, row, edge.cert);
  const key = edge.key === null ? null : await placed(places, row, edge.key);
  return await ensureEdge(places, row, { ...edge, cert, key });
}

/** Where the edge of an environment is, or will be again: its port is kept. Null: none yet, or another host has it. */
export async function edgeAddress(
  { edges, worker }: Pick<Places, 'edges' | 'worker'>,
  { integration, name: environment, generation, host }: EnvironmentRow,
): Promise<EdgeAddress | null> {
  if (generation === 0 || !isHere({ worker }, host)) return null;
  return await edges.address({ integration, environment });
}

async function ensureEdge(places: Places, ref: EdgeRef, settings: EdgeSettings): Promise<EdgeAddress> {
  const { integration, environment } = ref;
  return await places.edges.ensure(
    { integration, environment },
    settings,
    AbortSignal.timeout(ensureDeadlineMs),
  );
}

/**
 * Path of a file as the edge can read it: one of the commit is kept beside the edge, as the checkout goes with the run.
 */
async function placed(places: Places, row: DeploymentRow, file: string): Promise<string> {
  if (isAbsolute(file)) return file;
  const { commit, definition } = await releaseById(places.database.db, row.release);
  const place = join(
    places.home.environment(row.integration, row.environment),
    'tls',
    commit,
    basename(file),
  );
  if (await exists(place)) return place;
  const source = { integration: row.integration, commit };
  const signal = AbortSignal.timeout(ensureDeadlineMs);
  const content = (await places.sources.filesAt(source, definition.folder, [file], signal)).get(file);
  if (content === undefined) {
    throw new DeployerError('edge_failed', {
      message: `The certificate file ${file} of ${row.environment} is not in commit ${commit.slice(0, 7)}.`,
      hint: 'Commit it, or name an absolute path on this machine.',
      path: `environments.${row.environment}.edge`,
    });
  }
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  await writeFileAtomically(place, Buffer.from(content).toString('utf8'));
  return place;
}
