import { expect, test } from 'vitest';

import { renderMetrics } from './metrics.ts';

const deployment = {
  integration: 'triage-desk',
  environment: 'production',
  deployment: 'production-7',
  release: 'sha256:ab',
};
const sample = {
  component: 'gateway',
  index: 1,
  state: 'ready' as const,
  restarts: 2,
  startedAt: null,
  cpuSeconds: 1.5,
  memoryBytes: 52_428_800,
  limits: { memoryBytes: null, cpuMillis: null },
  enforced: { memory: false, cpu: false },
};
const labels =
  'integration="triage-desk",environment="production",deployment="production-7",release="sha256:ab",component="gateway",replica="1"';

test('every replica has its time, memory, restarts and readiness, with the labels that say whose they are', () => {
  const lines = renderMetrics(deployment, [sample]).split('\n');
  expect(lines).toContain(`deployer_replica_cpu_seconds_total{${labels}} 1.5`);
  expect(lines).toContain(`deployer_replica_memory_bytes{${labels}} 52428800`);
  expect(lines).toContain(`deployer_replica_restarts_total{${labels}} 2`);
  expect(lines).toContain(`deployer_replica_ready{${labels}} 1`);
  expect(lines.filter((line) => line.startsWith('deployer_replica_limit_enforced'))).toEqual([]);
});

test('a limit that the system does not apply is said', () => {
  const limited = {
    ...sample,
    limits: { memoryBytes: 1, cpuMillis: 1 },
    enforced: { memory: true, cpu: false },
  };
  const lines = renderMetrics(deployment, [limited]).split('\n');
  expect(lines).toContain(`deployer_replica_limit_enforced{${labels},resource="memory"} 1`);
  expect(lines).toContain(`deployer_replica_limit_enforced{${labels},resource="cpu"} 0`);
});

test('what the system does not tell has no line', () => {
  const text = renderMetrics(deployment, [{ ...sample, cpuSeconds: null, memoryBytes: null }]);
  expect(text).not.toContain('deployer_replica_memory_bytes{');
  expect(text).not.toContain('deployer_replica_cpu_seconds_total{');
});

test('each metric is described once, and label values are escaped', () => {
  const text = renderMetrics({ ...deployment, release: 'a"b\\c\nd' }, [sample, { ...sample, index: 2 }]);
  expect(text.match(/^# TYPE deployer_replica_memory_bytes gauge$/gm)).toHaveLength(1);
  expect(text).toContain('release="a\\"b\\\\c\\nd"');
  expect(text.endsWith('\n')).toBe(true);
});
