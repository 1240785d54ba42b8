import type { Insertable, Selectable } from 'kysely';

import { steadyClock } from '../core/clock.ts';
import { canBecome, type DeploymentState } from '../core/switching/deployment.ts';
import { DeployerError } from '../errors.ts';
import type { Queries } from './database.ts';
import type { DeploymentTable } from './tables/deployments.ts';

export type DeploymentRow = Selectable<DeploymentTable>;

export async function insertDeployment(
  db: Queries,
  row: Insertable<DeploymentTable>,
): Promise<DeploymentRow> {
  return await db.insertInto('app.deployment').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function findDeployment(db: Queries, integration: string, id: string): Promise<DeploymentRow> {
  const row = await db
    .selectFrom('app.deployment')
    .selectAll()
    .where('integration', '=', integration)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new DeployerError('deployment_not_found', {
    message: `${integration} has no deployment "${id}".`,
    hint: 'deployer status',
  });
}

/** What occupies places now, newest first. */
export async function runningDeployments(
  db: Queries,
  integration: string,
  environment?: string,
): Promise<readonly DeploymentRow[]> {
  let query = db
    .selectFrom('app.deployment')
    .selectAll()
    .where('integration', '=', integration)
    .where('state', 'not in', ['retired', 'failed']);
  if (environment !== undefined) query = query.where('environment', '=', environment);
  return await query.orderBy('created_at', 'desc').execute();
}

export type PlacedDeployment = Pick<
  DeploymentRow,
  'integration' | 'environment' | 'id' | 'release' | 'configuration' | 'state' | 'created_at'
>;

/** What occupies places of a host now, of one integration or of all, in the order of the environments. */
export async function deploymentsOfHost(
  db: Queries,
  host: string,
  integration: string | null,
): Promise<readonly PlacedDeployment[]> {
  let query = db
    .selectFrom('app.deployment as deployment')
    .innerJoin('app.environment as environment', (join) =>
      join
        .onRef('environment.integration', '=', 'deployment.integration')
        .onRef('environment.name', '=', 'deployment.environment'),
    )
    .select([
      'deployment.integration',
      'deployment.environment',
      'deployment.id',
      'deployment.release',
      'deployment.configuration',
      'deployment.state',
      'deployment.created_at',
    ])
    .where('environment.host', '=', host)
    .where('deployment.state', 'not in', ['retired', 'failed']);
  if (integration !== null) query = query.where('deployment.integration', '=', integration);
  return await query
    .orderBy('deployment.integration')
    .orderBy('environment.position')
    .orderBy('environment.name')
    .orderBy('deployment.created_at', 'desc')
    .execute();
}

/** Every deployment that was ever recorded in an environment. */
export async function deploymentIds(
  db: Queries,
  integration: string,
  environment: string,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('app.deployment')
    .select('id')
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** The newest deployment that a run made in an environment; a retry makes a new one. */
export async function candidateOf(
  db: Queries,
  run: string,
  environment: string,
): Promise<DeploymentRow | null> {
  const row = await db
    .selectFrom('app.deployment')
    .selectAll()
    .where('run', '=', run)
    .where('environment', '=', environment)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row ?? null;
}

export interface StateChange {
  readonly state: DeploymentState;
  readonly reason?: string | null;
  /** When a warm one retires. */
  readonly warmUntil?: Date | null;
}

/** Moves a deployment to another state; the same state again is no change. Refuses what its life does not allow. */
export async function changeState(
  db: Queries,
  deployment: DeploymentRow,
  change: StateChange,
): Promise<void> {
  const row = await db
    .selectFrom('app.deployment')
    .select('state')
    .where('integration', '=', deployment.integration)
    .where('id', '=', deployment.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.state === change.state) return;
  if (!canBecome(row.state, change.state)) {
    throw new DeployerError('internal', {
      message: `Deployment ${deployment.id} cannot go from ${row.state} to ${change.state}.`,
      hint: 'Please report this with the end of server.log.',
    });
  }
  await db
    .updateTable('app.deployment')
    .set({
      state: change.state,
      state_at: new Date(steadyClock.now()),
      reason: change.reason ?? null,
      warm_until: change.warmUntil ?? null,
    })
    .where('integration', '=', deployment.integration)
    .where('id', '=', deployment.id)
    .execute();
}

export async function setPreviewPort(
  db: Queries,
  deployment: DeploymentRow,
  port: number | null,
): Promise<void> {
  await db
    .updateTable('app.deployment')
    .set({ preview_port: port })
    .where('integration', '=', deployment.integration)
    .where('id', '=', deployment.id)
    .execute();
}

/** The newest deployment of an environment, whatever became of it. */
export async function newestDeployment(
  db: Queries,
  integration: string,
  environment: string,
): Promise<DeploymentRow | null> {
  const row = await db
    .selectFrom('app.deployment')
    .selectAll()
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row ?? null;
}
