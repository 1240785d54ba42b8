import { expect, test } from 'vitest';

import type { TopDeploymentView, TopView } from '../../api/views/top.ts';
import { latencyBucket } from '../../core/verdicts/latency.ts';
import { topFigures } from './top-figures.ts';

const web = { component: 'web', state: 'ready', restarts: 0, startedAt: 'a' } as const;
const limits = { cpuMillis: null, memoryBytes: null };

const deployment: TopDeploymentView = {
  integration: 'desk',
  environment: 'production',
  deployment: 'production-7',
  version: '1.2.0',
  state: 'live',
  stable: true,
  share: 1,
  traffic: { since: 'a', requests: 0, errors: 0, active: 0, counts: [] },
  figures: null,
};

function view(seconds: number, change: Partial<TopDeploymentView>, firing: TopView['firing'] = []): TopView {
  const at = new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
  return { at, deployments: [{ ...deployment, ...change }], firing };
}

function traffic(requests: number, errors: number, ms: number): TopDeploymentView['traffic'] {
  const counts = Array.from({ length: latencyBucket(ms) + 1 }, (_, at) =>
    at === latencyBucket(ms) ? requests : 0,
  );
  return { since: 'a', requests, errors, active: 3, counts };
}

test('rates are of what happened between two readings', () => {
  const before = view(0, { traffic: traffic(1000, 500, 10) });
  const [figure] = topFigures(before, view(2, { traffic: traffic(1100, 501, 10) }));
  expect(figure).toMatchObject({ requestsPerSecond: 50, errorRate: 0.01, open: 3 });
  // As fine as the edge's buckets are.
  expect(figure?.p95Ms).toBeGreaterThan(9.3);
  expect(figure?.p95Ms).toBeLessThan(10.8);
});

test('without requests there is no error rate and no latency, and before a second reading no rate', () => {
  const quiet = view(0, { traffic: traffic(10, 0, 10) });
  expect(topFigures(quiet, view(1, { traffic: traffic(10, 0, 10) }))[0]).toMatchObject({
    requestsPerSecond: 0,
    errorRate: null,
    p95Ms: null,
  });
  const none: TopView = { ...quiet, deployments: [] };
  expect(topFigures(none, quiet)[0]).toMatchObject({ requestsPerSecond: null, errorRate: null, open: 3 });
  expect(topFigures(quiet, view(1, { traffic: null }))[0]).toMatchObject({
    requestsPerSecond: null,
    open: null,
  });
});

test('an edge that restarted counts from nothing, and is not taken for a fall', () => {
  const after = view(1, { traffic: { since: 'b', requests: 5, errors: 5, active: 0, counts: [5] } });
  expect(topFigures(view(0, { traffic: traffic(1000, 0, 10) }), after)[0]).toMatchObject({
    requestsPerSecond: 5,
    errorRate: 1,
  });
});

test('CPU and memory are of all replicas together, restarts of each process apart', () => {
  const at = (seconds: number, cpu: readonly [number, number], startedAt = 'a'): TopView =>
    view(seconds, {
      figures: {
        at: new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString(),
        replicas: [
          { ...web, index: 0, cpuSeconds: cpu[0], memoryBytes: 100, limits },
          {
            ...web,
            index: 1,
            cpuSeconds: cpu[1],
            memoryBytes: 50,
            limits,
            startedAt,
            restarts: 2,
            state: 'starting',
          },
        ],
      },
    });
  const [figure] = topFigures(at(0, [10, 20]), at(2, [10.5, 0.5], 'b'));
  expect(figure).toMatchObject({
    cpuCores: 0.5,
    memoryBytes: 150,
    replicas: { ready: 1, all: 2 },
    restarts: 2,
  });
});

test('what the system does not tell is unknown, and not nothing', () => {
  const figures = {
    at: '2026-01-01T00:00:00.000Z',
    replicas: [{ ...web, index: 0, cpuSeconds: null, memoryBytes: null, limits }],
  };
  expect(topFigures(view(0, { figures }), view(1, { figures }))[0]).toMatchObject({
    cpuCores: null,
    memoryBytes: null,
  });
});

test('an alert is shown at what users have, and nowhere else', () => {
  const firing = [{ integration: 'desk', environment: 'production', metric: 'errorRate' as const }];
  expect(topFigures(view(0, {}), view(1, {}, firing))[0]?.firing).toEqual(['errorRate']);
  expect(topFigures(view(0, {}), view(1, { stable: false }, firing))[0]?.firing).toEqual([]);
});
