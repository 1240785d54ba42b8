import type { IntegrationDefinition } from '../core/definition/integration.ts';
import { defaults } from './defaults.ts';
import type { Spec } from './schema/spec.ts';

/** A section that neither limits nor names anybody is as good as none. */
export function normalizeMonitoring({
  monitoring,
  environments,
}: Spec): Pick<IntegrationDefinition, 'monitoring'> {
  if (monitoring === undefined) return {};
  const { alerts = {}, notify = [] } = monitoring;
  const limits = {
    errorRate: alerts.errorRate ?? null,
    p95Ms: alerts.p95Ms ?? null,
    cpu: alerts.cpu ?? null,
    memory: alerts.memory ?? null,
    restarts: alerts.restarts ?? null,
  };
  if (notify.length === 0 && Object.values(limits).every((limit) => limit === null)) return {};
  return {
    monitoring: {
      limits,
      windowSeconds: alerts.windowSeconds ?? defaults.alertWindowSeconds,
      minRequests: alerts.minRequests ?? defaults.minRequests,
      environments: alerts.environments ?? Object.keys(environments).slice(-1),
      webhooks: notify.map(({ webhook }) => webhook),
    },
  };
}
