import { expect, test } from 'vitest';

import type { EdgeObservation, Edges, TrafficTotals } from '../core/switching/edge.ts';
import type { WatchPolicy } from '../core/definition/integration.ts';
import { emptyHistogram, latencyBucket } from '../core/verdicts/latency.ts';
import { emptyRouteTable, withStable } from '../core/switching/route-table.ts';
import type { StageOutcome } from '../core/verdicts/verdict.ts';
import { DeployerError } from '../errors.ts';
import { freePort } from '../lib/free-port.ts';
import { httpServer } from '../../test/steps/http-server.ts';
import {
  elapsedFrom,
  environment,
  stage,
  stepContext,
  type TestedStep,
} from '../../test/steps/step-context.ts';
import { watchStep } from './watch.ts';

const policy: WatchPolicy = { seconds: 1, minRequests: 6, probePath: '/readyz', errorRate: 0.02, p95Ms: 400 };

test('without users the prober sends what is needed, and the verdict says so', async () => {
  await using edge = await testEdge();
  const { outcome } = await watch(edge, {});
  expect(outcome).toMatchObject({
    verdict: 'pass',
    reason: expect.stringMatching(/^0 of 6 requests failed \(0 %, 2 % allowed\), p95 .*; 6 were synthetic$/),
    evidence: [{ kind: 'watch', body: { deployment: 'dev-3', requests: 6, synthetic: 6 } }],
  });
  expect(edge.server.seen[0]).toMatchObject({
    method: 'GET',
    path: '/readyz',
    headers: { 'x-deployer-probe': 'token' },
  });
});

test('what users send makes probes unnecessary', async () => {
  await using edge = await testEdge();
  edge.count({ requests: 40, errors: 9 });
  const { outcome } = await watch(edge, {}, () => edge.count({ requests: 20 }));
  expect(outcome).toMatchObject({ verdict: 'pass', evidence: [{ body: { synthetic: 0, errors: 0 } }] });
  expect(edge.server.seen).toEqual([]);
});

test('errors under real traffic end the watch long before its window', async () => {
  await using edge = await testEdge();
  const startedAt = performance.now();
  const { outcome } = await watch(edge, { seconds: 60 }, () => edge.count({ requests: 20, errors: 10 }));
  expect(outcome).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/^10 of 20 requests failed/),
  });
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test('a deployment that answers probes with errors fails', async () => {
  await using edge = await testEdge(502);
  const { outcome } = await watch(edge, {});
  expect(outcome).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/^6 of 6 requests failed/),
  });
});

test('an edge that is gone is no verdict on the deployment: undecided, with the reason', async () => {
  const edge = { url: `http://127.0.0.1:${await freePort()}`, observe: async () => null };
  const failing = async (): Promise<never> => {
    throw new DeployerError('edge_failed', { message: 'The edge of dev does not answer.', hint: 'none' });
  };
  for (const { outcome } of await Promise.all([watch(edge, {}), watch({ ...edge, observe: failing }, {})])) {
    expect(outcome).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('probes could not be sent: ECONNREFUSED'),
    });
  }
});

test('an edge that sends nobody there any more leaves nothing to watch', async () => {
  await using edge = await testEdge();
  edge.route('dev-2');
  expect((await watch(edge, {})).outcome).toMatchObject({
    verdict: 'undecided',
    reason: expect.stringContaining('sends nobody to dev-3'),
  });
});

test('after a crash the same window goes on, with what was counted in between', async () => {
  await using edge = await testEdge();
  edge.count({ requests: 1000 });
  await using tested = await watchedStep(edge, { seconds: 60, minRequests: 5 });
  const interrupted = watchStep({ edges: edge }).run(tested.context);
  await expect.poll(() => tested.remembered()).not.toBeNull();
  tested.cancel(new Error('the server was killed'));
  await expect(interrupted).rejects.toThrow('the server was killed');

  edge.count({ requests: 50 });
  await using again = await watchedStep(edge, { seconds: 60, minRequests: 5 });
  await again.context.remember(tested.remembered());
  const outcome = await watchStep({ edges: edge }).run({
    ...again.context,
    elapsedMs: elapsedFrom(59_900),
  });
  expect(outcome).toMatchObject({ verdict: 'pass', evidence: [{ body: { requests: 50 } }] });
});

test('a window that ended while the server was down is judged by what the edge counted meanwhile', async () => {
  await using edge = await testEdge();
  await using tested = await watchedStep(edge, { seconds: 60, minRequests: 5 });
  const outcome = await watchStep({ edges: edge }).run({
    ...tested.context,
    elapsedMs: elapsedFrom(3_600_000),
  });
  expect(outcome).toMatchObject({ verdict: 'pass', evidence: [{ body: { requests: 5, synthetic: 5 } }] });
});

interface TestEdge {
  readonly url: string;
  readonly observe: Edges['observe'];
}

/** An edge as the watch sees it: a server that counts what it answers. */
async function testEdge(status = 200): Promise<
  TestEdge & {
    readonly server: Awaited<ReturnType<typeof httpServer>>;
    count(traffic: Partial<TrafficTotals>): void;
    route(deployment: string): void;
    readonly [Symbol.asyncDispose]: () => Promise<void>;
  }
> {
  const totals = { requests: 0, errors: 0, synthetic: 0 };
  let table = withStable(emptyRouteTable, 'dev-3');
  const server = await httpServer('dev-3', ({ headers }, response) => {
    response.writeHead(status).end();
    totals.requests += 1;
    if (status >= 500) totals.errors += 1;
    if (headers['x-deployer-probe'] === 'token') totals.synthetic += 1;
  });
  const observation = (): EdgeObservation => {
    const counts = emptyHistogram.counts.map((_, n) => (n === latencyBucket(20) ? totals.requests : 0));
    const reading = { ...totals, since: '2026-01-01T00:00:00.000Z', active: 0 };
    const traffic = { ...reading, latency: { ...emptyHistogram, counts } };
    const deployments = { 'dev-3': traffic };
    const health = { refused: {}, readyWorkers: 1, isOutdated: false };
    return { generation: 1, table, backends: {}, previews: {}, deployments, ...health };
  };
  return {
    url: server.origin,
    server,
    observe: async () => observation(),
    count: ({ requests = 0, errors = 0 }) => {
      totals.requests += requests;
      totals.errors += errors;
    },
    route: (deployment) => {
      table = withStable(table, deployment);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function watchedStep(edge: TestEdge, parts: Partial<WatchPolicy>): Promise<TestedStep> {
  return stepContext({
    stage: stage('watch', { environment: 'dev' }),
    change: {
      environment: environment({ watch: { ...policy, ...parts } }),
      edge: { url: edge.url, port: 0, caFile: null, probeToken: 'token' },
      candidate: { integration: 'desk', environment: 'dev', deployment: 'dev-3', previewUrl: 'http://none' },
      former: 'dev-2',
    },
  });
}

/** `then` happens once, after the watch has taken its first reading. */
async function watch(
  edge: TestEdge,
  parts: Partial<WatchPolicy>,
  then: () => void = () => {},
): Promise<{ outcome: StageOutcome }> {
  await using tested = await watchedStep(edge, parts);
  let readings = 0;
  const observe: Edges['observe'] = async (ref, signal) => {
    readings += 1;
    if (readings === 2) then();
    return edge.observe(ref, signal);
  };
  const outcome = await watchStep({ edges: { observe } }).run(tested.context);
  return { outcome };
}
