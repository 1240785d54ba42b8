import { expect, test } from 'vitest';

import type { Observation } from '../core/places/target.ts';
import type { StageOutcome } from '../core/verdicts/verdict.ts';
import { freePort } from '../lib/free-port.ts';
import { httpServer } from '../../test/steps/http-server.ts';
import { component, definition, environment, stage, stepContext } from '../../test/steps/step-context.ts';
import { verifyStep } from './verify.ts';

const ready: Observation = {
  state: 'ready',
  reason: null,
  components: [],
  endpoints: ['127.0.0.1:4711'],
  workersActive: null,
};

test('a candidate that is ready and answers at its preview is verified', async () => {
  await using preview = await httpServer('dev-3', (_, response) => response.writeHead(404).end());
  expect(await verify(preview.origin)).toMatchObject({
    verdict: 'pass',
    reason: 'dev-3 answers GET /readyz at its preview with 404',
    evidence: [{ kind: 'verify', body: { deployment: 'dev-3', state: 'ready' } }],
  });
});

test('not ready yet is waited for', async () => {
  await using preview = await httpServer('dev-3', (_, response) => response.end());
  let looks = 0;
  const outcome = await verify(preview.origin, () => {
    looks += 1;
    return looks < 3 ? { ...ready, state: 'starting', reason: 'agent is starting' } : ready;
  });
  expect(outcome.verdict).toBe('pass');
  expect(looks).toBe(3);
});

test('never ready fails when the time is over, with the last reason', async () => {
  await using preview = await httpServer('dev-3', (_, response) => response.end());
  const seen: Observation = { ...ready, state: 'starting', reason: 'agent is starting' };
  expect(await verify(preview.origin, () => seen)).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/^dev-3 is starting: agent is starting\. Waited /),
  });
});

test('a deployment that has failed is not waited for', async () => {
  let looks = 0;
  const outcome = await verify('http://127.0.0.1:1', () => {
    looks += 1;
    return { ...ready, state: 'failed', reason: 'agent exited 1' };
  });
  expect(outcome).toMatchObject({ verdict: 'fail', reason: 'dev-3 is failed: agent exited 1' });
  expect(looks).toBe(1);
});

test('a server error at the preview fails', async () => {
  await using preview = await httpServer('dev-3', (_, response) => response.writeHead(503).end());
  expect(await verify(preview.origin)).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/^dev-3 answers GET \/readyz with 503\./),
  });
});

test('an answer of another deployment verifies nothing', async () => {
  await using preview = await httpServer('dev-2', (_, response) => response.end());
  expect(await verify(preview.origin)).toMatchObject({
    verdict: 'undecided',
    reason: expect.stringMatching(/^At the preview of dev-3, dev-2 answers\./),
  });
});

test('an edge that does not answer is not held against the candidate', async () => {
  expect(await verify(`http://127.0.0.1:${await freePort()}`)).toMatchObject({
    verdict: 'undecided',
    reason: expect.stringContaining('ECONNREFUSED'),
  });
});

async function verify(previewUrl: string, observe: () => Observation = () => ready): Promise<StageOutcome> {
  const health = { ready: '/readyz', live: null, run: null, seconds: 30 };
  await using tested = await stepContext({
    stage: stage('verify', { environment: 'dev' }),
    definition: definition({ components: [component('web', { health })] }),
    change: {
      environment: environment(),
      edge: { url: 'http://none', port: 0, caFile: null, probeToken: 'token' },
      candidate: { integration: 'desk', environment: 'dev', deployment: 'dev-3', previewUrl },
      former: null,
    },
  });
  const step = verifyStep({ observer: { observe: async () => observe() }, timeoutMs: 500 });
  return await step.run(tested.context);
}
