import type { PoliciesView } from '../../api/views/decisions.ts';
import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import type { Policies } from '../../core/pipeline/plan.ts';
import { judgingPolicy, missingGates, policyChanges } from '../../core/pipeline/policy-in-force.ts';
import { missingEnvironments } from '../../core/pipeline/way-in-force.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { PolicyLine } from '../output/check-text.ts';
import { withRunningServer } from '../server/connect.ts';

/** Policies of what is stable now; none where no server runs that could tell, or nothing was shipped yet. */
export async function policiesInForce(
  context: Context,
  integration: string,
): Promise<PoliciesView['policies']> {
  try {
    const view = await withRunningServer(context, (client) =>
      client.call('policies', { params: { integration } }),
    );
    return view?.policies ?? [];
  } catch (error) {
    if (error instanceof DeployerError) return [];
    throw error;
  }
}

/** By environment, what would judge a ship of this definition. */
export function judgingPolicies(
  definition: IntegrationDefinition,
  inForce: PoliciesView['policies'],
): Policies {
  return new Map(
    definition.environments.map(({ name, policy }) => {
      const known = inForce.find(({ environment }) => environment === name);
      return [name, judgingPolicy(known?.policy ?? null, policy)];
    }),
  );
}

/** Where something else judges a ship than the definition itself says. */
export function policyLines(
  definition: IntegrationDefinition,
  inForce: PoliciesView['policies'],
): readonly PolicyLine[] {
  const judging = judgingPolicies(definition, inForce);
  const missing = missingGates(definition, judging);
  const leftOut = missingEnvironments(definition, inForce);
  return definition.environments.flatMap(({ name, policy }) => {
    const known = inForce.find(({ environment }) => environment === name);
    const judged = judging.get(name);
    if (known === undefined || judged === undefined) return [];
    const changes = policyChanges(judged, policy);
    const missingHere = missing.flatMap(({ environment, gate }) => (environment === name ? [gate] : []));
    const leftOutHere = leftOut.flatMap(({ before, environment }) => (before === name ? [environment] : []));
    return changes.length === 0 && leftOutHere.length === 0
      ? []
      : [{ environment: name, from: known.from, changes, missing: missingHere, leftOut: leftOutHere }];
  });
}
