import { missingRules } from '../alerts/missing-rules.ts';
import type { IntegrationDefinition } from '../definition/integration.ts';
import type { AlertsSeen, EnvironmentSeen, FoundDrift } from './facts.ts';

/** Rules that were decided, and that what is live does not have, has with another limit, or that nobody looks after. */
export function alertDrift(
  { monitoring }: Pick<IntegrationDefinition, 'monitoring'>,
  environments: readonly EnvironmentSeen[],
  alerts: readonly AlertsSeen[],
): readonly FoundDrift[] {
  if (monitoring === undefined) return [];
  return environments.flatMap(({ environment, live, at }) => {
    if (live === null) return [];
    const inForce = alerts.find((each) => each.environment === environment)?.rules ?? [];
    const liveMs = Date.parse(at) - Date.parse(live.since);
    return missingRules(monitoring, { environment, inForce, liveMs }).map(({ metric, observed }) => ({
      statement: alertStatement(environment, metric),
      drift: { observed: `${live.deployment} ${observed}.`, at, evidence: null },
    }));
  });
}

/** Id of the statement that a rule is decided for an environment. */
export function alertStatement(environment: string, metric: string): string {
  return `rollback.alert.${environment}.${metric}`;
}
