import { stableOf } from '../core/route-table.ts';
import type { ComponentLogLine } from '../core/target.ts';
import { DeployerError } from '../errors.ts';
import { targetOfDeployment } from '../engine/candidates.ts';
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
  /** Number of lines, as written in the request. */
  readonly tail: string | null;
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
  const { component, follow } = query;
  const tail = query.tail === null ? null : Number.parseInt(query.tail, 10);
  const target = await targetOfDeployment(parts, row);
  yield* target.logs(
    { ...row.preparation, component, follow, tail: Number.isSafeInteger(tail) ? tail : null },
    signal,
  );
}

async function deploymentOf(parts: EngineParts, query: ComponentLogQuery): Promise<DeploymentRow> {
  const { db } = parts.database;
  if (query.deployment !== null) return await findDeployment(db, query.integration, query.deployment);
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
