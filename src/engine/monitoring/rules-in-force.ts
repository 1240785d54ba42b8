import { type AlertRule, rulesIn } from '../../core/alerts/alert-rule.ts';
import type { NotificationSubject } from '../../core/alerts/notification.ts';
import type { MonitoringDefinition } from '../../core/definition/integration.ts';
import { stableOf } from '../../core/switching/route-table.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import type { Queries } from '../../store/database.ts';
import { findDeployment } from '../../store/deployments.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { releaseById } from '../../store/releases.ts';

/** What the release that is live in an environment says of alerts there. */
export interface RulesInForce {
  readonly subject: NotificationSubject;
  readonly deployment: string;
  readonly release: string;
  readonly monitoring: MonitoringDefinition;
  /** Of all that it says of monitoring. */
  readonly digest: string;
  /** None: it raises no alerts in this environment. */
  readonly rules: readonly AlertRule[];
}

/** Null: nothing is live, or what is live says nothing of monitoring. */
export async function rulesInForce(db: Queries, environment: EnvironmentRow): Promise<RulesInForce | null> {
  const stable = stableOf(environment.routes);
  return stable === null ? null : await rulesOf(db, environment, stable);
}

/** What the release of a deployment says of alerts where it is; null: nothing. */
export async function rulesOf(
  db: Queries,
  { integration, name }: Pick<EnvironmentRow, 'integration' | 'name'>,
  deployment: string,
): Promise<RulesInForce | null> {
  const { release } = await findDeployment(db, integration, deployment);
  const { id, version, definition } = await releaseById(db, release);
  const { monitoring } = definition;
  if (monitoring === undefined) return null;
  return {
    subject: {
      integration,
      environment: name,
      name: definition.name,
      emoji: definition.emoji,
      deployment,
      release: id,
      version,
    },
    deployment,
    release: id,
    monitoring,
    digest: digestOf(monitoring),
    rules: rulesIn(monitoring, name),
  };
}

export type FindRules = (environment: EnvironmentRow) => Promise<RulesInForce | null>;

/** The same, asked of the database only when something else has become live: a deployment keeps its release. */
export function rememberedRules(db: Queries): FindRules {
  const known = new Map<string, { readonly stable: string | null; readonly rules: RulesInForce | null }>();
  return async (environment) => {
    const key = `${environment.integration}/${environment.name}`;
    const stable = stableOf(environment.routes);
    const before = known.get(key);
    if (before?.stable === stable) return before.rules;
    const rules = await rulesInForce(db, environment);
    known.set(key, { stable, rules });
    return rules;
  };
}
