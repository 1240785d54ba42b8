import { type AlertRule, needsReplicas } from './alert-rule.ts';
import type { Sample } from './samples.ts';

/** Whether a sample has all that rules are judged by. One in which a part could not be read is no reading. */
export function hasFigures({ routed, traffic, replicas }: Sample, rules: readonly AlertRule[]): boolean {
  if (routed.length === 0 || rules.length === 0) return false;
  return rules.every((rule) => (needsReplicas(rule) ? tellsUse(rule, replicas) : traffic !== null));
}

/** A replica that is just being started has no figure yet; one that has is enough to know that they are read. */
function tellsUse({ metric }: AlertRule, replicas: Sample['replicas']): boolean {
  if (replicas === null || replicas.length === 0) return false;
  if (metric === 'restarts') return true;
  return replicas.some(
    ({ cpuSeconds, memoryBytes }) => (metric === 'cpu' ? cpuSeconds : memoryBytes) !== null,
  );
}
