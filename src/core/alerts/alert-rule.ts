import type { AlertLimits, MonitoringDefinition } from '../definition/integration.ts';

/** What can be alerted on, in the words of `deployer.yaml`. */
const alertMetrics = ['errorRate', 'p95Ms', 'cpu', 'memory', 'restarts'] as const;
export type AlertMetric = (typeof alertMetrics)[number] & keyof AlertLimits;

/** One limit, in one environment. */
export interface AlertRule {
  readonly metric: AlertMetric;
  readonly limit: number;
  readonly windowMs: number;
  readonly minRequests: number;
}

/** The rules of a definition in one of its environments; none where it raises no alerts. */
export function rulesIn(monitoring: MonitoringDefinition, environment: string): readonly AlertRule[] {
  const { limits, windowSeconds, minRequests, environments } = monitoring;
  if (!environments.includes(environment)) return [];
  return alertMetrics.flatMap((metric) => {
    const limit = limits[metric];
    return limit === null ? [] : [{ metric, limit, windowMs: windowSeconds * 1000, minRequests }];
  });
}

/** Who is told of what happens in an environment; nobody where no alerts are raised. */
export function receiversIn(
  { environments, webhooks }: MonitoringDefinition,
  environment: string,
): readonly string[] {
  return environments.includes(environment) ? webhooks : [];
}

/** Whether a rule needs what replicas use, beside what the edge counts. */
export function needsReplicas({ metric }: AlertRule): boolean {
  return metric === 'cpu' || metric === 'memory' || metric === 'restarts';
}

const looksPerWindow = 12;

/** How long from one look to the next: a dozen in a window, no more often than every second. */
export function lookEveryMs(windowMs: number): number {
  return Math.min(5000, Math.max(1000, windowMs / looksPerWindow));
}

/** Samples that are closer to each other than this say nothing new. */
export function sampleStepMs(windowMs: number): number {
  return windowMs / looksPerWindow;
}
