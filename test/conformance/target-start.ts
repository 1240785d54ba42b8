import { expect, test } from 'vitest';

import { ask, ref, soon, storedLines, untilObserved, type FixtureComponent } from './target-harness.ts';
import type { TestBed } from './test-bed.ts';

/** What a target promises of bringing deployments up. */
export function startsAsPromised(bed: TestBed): void {
  test('a prepared deployment is ready, and its public replicas answer at its endpoints', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true, replicas: 2 }]);
    await bed.target.prepare(gateway, soon());
    const observation = await bed.target.observe(ref(gateway), soon());
    expect(observation).toMatchObject({ state: 'ready', reason: null, workersActive: null });
    expect(observation.endpoints).toHaveLength(2);
    const answers = await Promise.all(observation.endpoints.map((endpoint) => ask(endpoint, '/')));
    expect(answers).toMatchObject([{ name: 'gateway' }, { name: 'gateway' }]);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
  });

  test('components get what the contract promises and nothing of the caller', async () => {
    process.env['CONFORMANCE_SECRET'] = 'of the caller';
    const desk = bed.deployment([
      { name: 'gateway', isPublic: true, needs: ['order-tools'], env: { LOG_LEVEL: 'warn' } },
      { name: 'order-tools' },
    ]);
    await bed.target.prepare(desk, soon());
    const [endpoint] = (await bed.target.observe(ref(desk), soon())).endpoints;
    const env = await ask(endpoint, '/env');
    delete process.env['CONFORMANCE_SECRET'];
    expect(env).toMatchObject({
      ...bed.harness.baseEnv,
      LOG_LEVEL: 'warn',
      DEPLOYER_RELEASE: desk.release,
      DEPLOYER_DEPLOYMENT: desk.deployment,
      DEPLOYER_ENVIRONMENT: 'production',
      ORDER_TOOLS_URL: expect.stringMatching(/^http:\/\/.+[^/]$/),
      PORT: expect.stringMatching(/^\d+$/),
    });
    expect(Object.keys(env)).not.toContain('CONFORMANCE_SECRET');
    expect(Object.keys(env).filter((key) => key.startsWith('npm_') || key.startsWith('GIT_'))).toEqual([]);
  });

  test('a component starts when all that it needs is ready, and reaches every replica of it by one URL', async () => {
    const desk = bed.deployment([
      { name: 'gateway', isPublic: true, needs: ['agent'], run: withPeer('AGENT') },
      { name: 'agent', replicas: 3, env: { READY_AFTER_MS: '400' } },
    ]);
    await bed.target.prepare(desk, soon());
    const lines = await storedLines(bed.target, desk);
    const startOf = (name: string) =>
      lines.filter(({ line }) => line === `${name} started`).map(({ at }) => Date.parse(at));
    expect(startOf('agent')).toHaveLength(3);
    expect(Math.min(...startOf('gateway')) - Math.max(...startOf('agent'))).toBeGreaterThanOrEqual(300);

    const [endpoint] = (await bed.target.observe(ref(desk), soon())).endpoints;
    const answers = await Promise.all(Array.from({ length: 9 }, () => ask(endpoint, '/peer/')));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(3);
    expect(answers).toMatchObject(answers.map(() => ({ name: 'agent', deployment: desk.deployment })));
  });

  test('preparing what runs already adopts it, also when two do so at once', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
    await Promise.all([bed.target.prepare(gateway, soon()), bed.target.prepare(gateway, soon())]);
    const first = await bed.target.observe(ref(gateway), soon());
    await bed.target.prepare(gateway, soon());
    expect(await bed.target.observe(ref(gateway), soon())).toEqual(first);
    const starts = (await storedLines(bed.target, gateway)).filter(({ line }) => line === 'gateway started');
    expect(starts).toHaveLength(1);
  });

  test('deployments of one environment run side by side and share nothing', async () => {
    const [live, candidate] = [bed.deployment(gatewayAndAgent), bed.deployment(gatewayAndAgent)];
    await Promise.all([bed.target.prepare(live, soon()), bed.target.prepare(candidate, soon())]);
    for (const { deployment: id, ...of } of [live, candidate]) {
      const [endpoint] = (await bed.target.observe({ ...of, deployment: id }, soon())).endpoints;
      expect(await ask(endpoint, '/')).toMatchObject({ name: 'gateway', deployment: id });
      expect(await ask(endpoint, '/peer/')).toMatchObject({ name: 'agent', deployment: id });
    }
    await bed.target.retire(ref(live), soon());
    expect(await bed.target.observe(ref(candidate), soon())).toMatchObject({ state: 'ready' });
  });

  test('an aborted preparation ends at once, and what it started can be retired', async () => {
    const slow = bed.deployment([
      { name: 'gateway', env: { READY_AFTER_MS: '3600000' }, health: { seconds: 600 } },
    ]);
    const controller = new AbortController();
    const preparing = bed.target.prepare(slow, controller.signal);
    await untilObserved(bed.target, slow, ({ state }) => state === 'starting');
    controller.abort(new Error('cancelled by a person'));
    await expect(preparing).rejects.toThrow('cancelled by a person');
    await bed.target.retire(ref(slow), soon());
    expect(await bed.target.observe(ref(slow), soon())).toMatchObject({ state: 'absent' });
  });
}

const gatewayAndAgent = [
  { name: 'gateway', isPublic: true, needs: ['agent'], run: withPeer('AGENT') },
  { name: 'agent' },
] as const satisfies readonly FixtureComponent[];

/** Runs the fixture program with the URL of a component that it needs as its peer. */
function withPeer(name: string): string {
  return `PEER_URL="$${name}_URL" exec node main.mjs`;
}
