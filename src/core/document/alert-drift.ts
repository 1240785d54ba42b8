import { rulesIn } from '../alerts/alert-rule.ts';
import type { IntegrationDefinition } from '../integration.ts';
import type { AlertsSeen, EnvironmentSeen, FoundDrift } from './facts.ts';

/** Looks are written down every half minute; a rule that has just become live has had none yet, which is no drift. */
const firstLookMs = 2 * 60_000;

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
    const isNew = Date.parse(at) - Date.parse(live.since) < firstLookMs;
    return rulesIn(monitoring, environment).flatMap(({ metric, limit }): readonly FoundDrift[] => {
      const rule = inForce.find((each) => each.metric === metric);
      const observed =
        rule === undefined
          ? 'raises no such alert'
          : rule.limit !== limit
            ? `has the limit ${rule.limit}, not ${limit}`
            : rule.isLookedAt || isNew
              ? null
              : 'has the rule, and nobody looks after it';
      if (observed === null) return [];
      const drift = { observed: `${live.deployment} ${observed}.`, at, evidence: null };
      return [{ statement: alertStatement(environment, metric), drift }];
    });
  });
}

/** Id of the statement that a rule is decided for an environment. */
export function alertStatement(environment: string, metric: string): string {
  return `rollback.alert.${environment}.${metric}`;
}
