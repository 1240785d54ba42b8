import { stableOf } from '../core/route-table.ts';
import type { ComponentLogLine } from '../core/target.ts';
import { DeployerError } from '../errors.ts';
import { targetOfDeployment } from '../engine/deployment-life.ts';
import type { EngineParts } from '../engine/parts.ts';
import { type DeploymentRow, findDeployment, newestDeployment } from '../store/deployments.ts';
import { findEnvironment } from '../store/environments.ts';

export interface ComponentLogQuery {
  readonly integration: string;
  readonly environment: string;
  readonly component: string | null;
  /** Null: the stable one, or the newest when nothing is live. */
  readonly deployment: string | null;
  readonly follow: boolean;
  /** How many lines to begin with; null: all there are. */
  readonly tail: number | null;
}

/** What the components of a deployment wrote. */
export async function* componentLogs(
  parts: EngineParts,
  query: ComponentLogQuery,
  signal: AbortSignal,
): AsyncGenerator<ComponentLogLine> {
  const row = await deploymentOf(parts, query);
  const names = row.preparation.components.map(({ name }) => name);
  if (query.component !== null && !names.includes(query.component)) {
    throw new DeployerError('component_not_found', {
      message: `${query.integration} has no component "${query.component}".`,
      hint: `Components: ${names.join(', ')}.`,
    });
  }
  const { component, follow, tail } = query;
  const target = await targetOfDeployment(parts, row);
  yield* target.logs({ ...row.preparation, component, follow, tail }, signal);
}

async function deploymentOf(parts: EngineParts, query: ComponentLogQuery): Promise<DeploymentRow> {
  const { db } = parts.database;
  if (query.deployment !== null) return await namedDeployment(parts, query, query.deployment);
  const { routes } = await findEnvironment(db, query.integration, query.environment);
  const stable = stableOf(routes);
  const row =
    stable === null
      ? await newestDeployment(db, query.integration, query.environment)
      : await findDeployment(db, query.integration, stable);
  if (row !== null) return row;
  throw new DeployerError('deployment_not_found', {
    message: `${query.environment} of ${query.integration} has had no deployment yet.`,
    hint: 'deployer ship',
  });
}

async function namedDeployment(
  { database: { db } }: EngineParts,
  { integration, environment }: ComponentLogQuery,
  id: string,
): Promise<DeploymentRow> {
  const row = await findDeployment(db, integration, id);
  if (row.environment === environment) return row;
  throw new DeployerError('deployment_not_found', {
    message: `${id} is a deployment of ${row.environment}, not of ${environment}.`,
    hint: `deployer logs ${row.environment} --deployment ${id}`,
    path: 'deployment',
  });
}
