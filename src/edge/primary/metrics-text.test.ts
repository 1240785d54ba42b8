import { expect, test } from 'vitest';

import type { TrafficTotals } from '../../core/switching/edge.ts';
import { latencyBoundsMs, latencyBucket } from '../../core/verdicts/latency.ts';
import { emptyRouteTable } from '../../core/switching/route-table.ts';
import { metricsText } from './metrics-text.ts';

function totals(latenciesMs: readonly number[]): TrafficTotals {
  const counts = latencyBoundsMs.map(() => 0).concat(0);
  for (const ms of latenciesMs) counts[latencyBucket(ms)] = (counts[latencyBucket(ms)] ?? 0) + 1;
  const latency = { boundsMs: latencyBoundsMs, counts };
  return {
    since: '2026-01-01T00:00:00.000Z',
    requests: latenciesMs.length,
    errors: 1,
    synthetic: 2,
    active: 3,
    latency,
  };
}

const text = metricsText(
  { integration: 'triage-desk', environment: 'production' },
  {
    generation: 7,
    table: emptyRouteTable,
    backends: {},
    deployments: { 'production-1': totals([0.4, 3, 900, 500_000]) },
    previews: { 'production-"2"': totals([]) },
    refused: { no_deployment: 4, headers_too_large: 1 },
    readyWorkers: 2,
    isOutdated: false,
  },
);

const labels =
  'integration="triage-desk",environment="production",deployment="production-1",audience="everyone"';

test.each([
  'deployer_edge_generation{integration="triage-desk",environment="production"} 7',
  'deployer_edge_workers{integration="triage-desk",environment="production"} 2',
  'deployer_edge_refused_total{integration="triage-desk",environment="production",code="no_deployment"} 4',
  'deployer_edge_refused_total{integration="triage-desk",environment="production",code="headers_too_large"} 1',
  `deployer_edge_requests_total{${labels}} 4`,
  `deployer_edge_errors_total{${labels}} 1`,
  `deployer_edge_synthetic_total{${labels}} 2`,
  `deployer_edge_open{${labels}} 3`,
  `deployer_edge_latency_seconds_bucket{${labels},le="0.0005"} 1`,
  `deployer_edge_latency_seconds_bucket{${labels},le="0.004"} 2`,
  `deployer_edge_latency_seconds_bucket{${labels},le="1.024"} 3`,
  `deployer_edge_latency_seconds_bucket{${labels},le="+Inf"} 4`,
  `deployer_edge_latency_seconds_count{${labels}} 4`,
])('%s', (line) => {
  expect(text.split('\n')).toContain(line);
});

test('every metric has its help and type, and labels are escaped', () => {
  const names = new Set(
    [...text.matchAll(/^(deployer_edge_\w+?)(?:_bucket|_sum|_count)?\{/gm)].map(([, name]) => name),
  );
  for (const name of names)
    expect(text).toMatch(new RegExp(`# HELP ${name} .*\n# TYPE ${name} (?:counter|gauge|histogram)\n`));
  expect(text).toContain('deployment="production-\\"2\\"",audience="preview"');
});
