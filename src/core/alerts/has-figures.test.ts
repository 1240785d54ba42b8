import { expect, test } from 'vitest';

import type { AlertMetric, AlertRule } from './alert-rule.ts';
import { hasFigures } from './has-figures.ts';
import type { ReplicaReading, Sample } from './samples.ts';

const replica: ReplicaReading = {
  deployment: 'production-1',
  component: 'web',
  index: 0,
  state: 'ready',
  restarts: 0,
  startedAt: null,
  cpuSeconds: 1,
  memoryBytes: 1,
  limits: { cpuMillis: null, memoryBytes: null },
};
const whole: Sample = { atMs: 0, routed: ['production-1'], traffic: {}, replicas: [replica] };
const traffic: readonly AlertMetric[] = ['errorRate', 'p95Ms'];
const all: readonly AlertMetric[] = [...traffic, 'cpu', 'memory', 'restarts'];

test.each<[string, readonly AlertMetric[], Sample, boolean]>([
  ['all parts', all, whole, true],
  ['no edge', all, { ...whole, traffic: null }, false],
  ['no supervisor', all, { ...whole, replicas: null }, false],
  ['neither', all, { ...whole, traffic: null, replicas: null }, false],
  ['no supervisor, and no rule needs it', traffic, { ...whole, replicas: null }, true],
  ['no edge, and no rule needs it', ['restarts'], { ...whole, traffic: null }, true],
  ['a system that tells no use', ['cpu'], withReplica({ cpuSeconds: null }), false],
  ['no memory', ['memory'], withReplica({ memoryBytes: null }), false],
  ['restarts, which the supervisor counts', ['restarts'], withReplica({ cpuSeconds: null }), true],
  ['no replica', ['restarts'], { ...whole, replicas: [] }, false],
  ['nothing live', all, { ...whole, routed: [] }, false],
  ['no rule', [], whole, false],
])('figures are read: %s', (_, metrics, sample, expected) => {
  expect(hasFigures(sample, metrics.map(ruleOf))).toBe(expected);
});

function withReplica(own: Partial<ReplicaReading>): Sample {
  return { ...whole, replicas: [{ ...replica, ...own }] };
}

function ruleOf(metric: AlertMetric): AlertRule {
  return { metric, limit: 1, windowMs: 60_000, minRequests: 1 };
}
