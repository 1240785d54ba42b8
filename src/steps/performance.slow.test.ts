import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { PerformanceTest } from '../core/definition/integration.ts';
import type { StageOutcome } from '../core/verdicts/verdict.ts';
import { httpServer, type TestServer } from '../../test/steps/http-server.ts';
import { definition, environment, stage, stepContext } from '../../test/steps/step-context.ts';
import { performanceStep } from './performance.ts';

const test50: PerformanceTest = {
  load: { path: '/v1/tickets', body: null, rate: 50, durationSeconds: 0.5, timeoutMs: 5000 },
  limits: { p95Ms: 2000, errorRate: 0.01, p95VsStable: null },
};

test('a candidate is loaded at its preview, and judged with its figures as evidence', async () => {
  await using preview = await httpServer('dev-3', (_, response) => response.end('ok'));
  const outcome = await measure(test50, { preview });
  expect(outcome).toMatchObject({
    verdict: 'pass',
    reason: expect.stringMatching(/^p95 .* of 2000 ms allowed, 0 of 25 requests failed \(1 % allowed\)$/),
    evidence: [
      { kind: 'performance', body: { candidate: { deployment: 'dev-3', requests: 25 }, stable: null } },
    ],
  });
});

test('a body is posted with the content type of its file', async () => {
  await using preview = await httpServer('dev-3', (_, response) => response.end('ok'));
  await measure({ ...test50, load: { ...test50.load, body: 'perf/ticket.json' } }, { preview });
  expect(preview.seen[0]).toMatchObject({
    method: 'POST',
    body: '{"subject":"refund"}',
    headers: { 'content-type': 'application/json' },
  });
});

test('a body that is not in the checkout is named', async () => {
  await using preview = await httpServer('dev-3', (_, response) => response.end('ok'));
  const missing = { ...test50, load: { ...test50.load, body: 'perf/none.json' } };
  await expect(measure(missing, { preview })).rejects.toMatchObject({
    path: 'tests.performance.load.body',
    message: expect.stringContaining('perf/none.json'),
  });
});

test('what is stable is loaded through the edge, marked as synthetic, only where it is compared with', async () => {
  await using preview = await httpServer('dev-3', (_, response) => void setTimeout(() => response.end(), 90));
  await using edge = await httpServer('dev-2', (_, response) => void setTimeout(() => response.end(), 10));
  await measure(test50, { preview, edge });
  expect(edge.seen).toEqual([]);
  const compared = {
    load: { ...test50.load, rate: 120 },
    limits: { p95Ms: null, errorRate: null, p95VsStable: 1.2 },
  };
  expect(await measure(compared, { preview, edge })).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/times the .* ms of dev-2 \(1\.2 allowed\)$/),
  });
  expect(edge.seen[0]).toMatchObject({ headers: { 'x-deployer-probe': 'token' } });
});

async function measure(
  performance: PerformanceTest,
  by: { readonly preview: TestServer; readonly edge?: TestServer },
): Promise<StageOutcome> {
  await using tested = await stepContext({
    stage: stage('performance', { environment: 'dev' }),
    definition: definition({ performance }),
    change: {
      environment: environment(),
      edge: { url: by.edge?.origin ?? 'http://none', port: 0, caFile: null, probeToken: 'token' },
      candidate: {
        integration: 'desk',
        environment: 'dev',
        deployment: 'dev-3',
        previewUrl: by.preview.origin,
      },
      former: by.edge === undefined ? null : 'dev-2',
    },
  });
  await mkdir(join(tested.context.folder, 'perf'), { recursive: true });
  await writeFile(join(tested.context.folder, 'perf/ticket.json'), '{"subject":"refund"}');
  return await performanceStep().run(tested.context);
}
