import {
  type MissingEnvironment,
  missingEnvironments,
  namesBefore,
  type StableEnvironment,
} from '../../core/pipeline/way-in-force.ts';
import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import type { Queries } from '../../store/database.ts';
import { findDeployment } from '../../store/deployments.ts';
import { policyByDigest } from '../../store/digested.ts';
import { listEnvironments } from '../../store/environments.ts';
import { findRelease } from '../../store/releases.ts';

/** What is stable in the environments of an integration, and by which way it came there. */
export async function stableEnvironments(
  db: Queries,
  integration: string,
): Promise<readonly StableEnvironment[]> {
  const found: StableEnvironment[] = [];
  for (const { name, routes } of await listEnvironments(db, integration)) {
    const from = stableOf(routes);
    if (from === null) continue;
    const { policy, release } = await findDeployment(db, integration, from);
    const { definition } = await findRelease(db, integration, release);
    found.push({
      environment: name,
      from,
      policy: await policyByDigest(db, policy),
      before: namesBefore(definition.environments, name),
    });
  }
  return found;
}

/** Of the environments that are reached, what a definition leaves out on the way there. */
export async function missingOnTheWay(
  db: Queries,
  definition: IntegrationDefinition,
  reached: readonly string[],
): Promise<readonly MissingEnvironment[]> {
  const missing = missingEnvironments(definition, await stableEnvironments(db, definition.key));
  return missing.filter(({ before }) => reached.includes(before));
}
