import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Observation, Preparation } from '../../src/core/target.ts';
import { fixtureProgram } from './fixture-program.ts';
import {
  ask,
  component,
  type FixtureComponent,
  preparation,
  ref,
  soon,
  storedLines,
  type TargetHarness,
  untilObserved,
  untilStored,
} from './target-harness.ts';

/** What every target promises. Each target's test file calls this with a way to open it. */
export function targetConformance(name: string, open: () => Promise<TargetHarness>): void {
  describe(`${name} target`, () => {
    let harness: TargetHarness;
    let program: string;
    let prepared: Preparation[] = [];
    let count = 0;

    beforeAll(async () => {
      harness = await open();
      program = await harness.artifact({ 'main.mjs': fixtureProgram });
    });

    afterEach(async () => {
      await Promise.all(prepared.map((deployment) => harness.target.retire(ref(deployment), soon())));
      prepared = [];
    });

    afterAll(async () => {
      await harness[Symbol.asyncDispose]();
    });

    function deployment(fixtures: readonly FixtureComponent[]): Preparation {
      count += 1;
      const components = fixtures.map((fixture) => component(program, fixture));
      const made = preparation(`production-${count}`, components, harness.baseEnv);
      prepared.push(made);
      return made;
    }

    test('a prepared deployment is ready, and its public replicas answer at its endpoints', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true, replicas: 2 }]);
      await harness.target.prepare(gateway, soon());
      const observation = await harness.target.observe(ref(gateway), soon());
      expect(observation).toMatchObject({ state: 'ready', reason: null, workersActive: null });
      expect(observation.endpoints).toHaveLength(2);
      const answers = await Promise.all(observation.endpoints.map((endpoint) => ask(endpoint, '/')));
      expect(answers).toMatchObject([{ name: 'gateway' }, { name: 'gateway' }]);
      expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
    });

    test('components get what the contract promises and nothing of the caller', async () => {
      process.env['CONFORMANCE_SECRET'] = 'of the caller';
      const desk = deployment([
        { name: 'gateway', isPublic: true, needs: ['order-tools'], env: { LOG_LEVEL: 'warn' } },
        { name: 'order-tools' },
      ]);
      await harness.target.prepare(desk, soon());
      const [endpoint] = (await harness.target.observe(ref(desk), soon())).endpoints;
      const env = await ask(endpoint, '/env');
      delete process.env['CONFORMANCE_SECRET'];
      expect(env).toMatchObject({
        ...harness.baseEnv,
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
      const desk = deployment([
        { name: 'gateway', isPublic: true, needs: ['agent'], run: withPeer('AGENT') },
        { name: 'agent', replicas: 3, env: { READY_AFTER_MS: '400' } },
      ]);
      await harness.target.prepare(desk, soon());
      const lines = await storedLines(harness.target, desk);
      const startOf = (name: string) =>
        lines.filter(({ line }) => line === `${name} started`).map(({ at }) => Date.parse(at));
      expect(startOf('agent')).toHaveLength(3);
      expect(Math.min(...startOf('gateway')) - Math.max(...startOf('agent'))).toBeGreaterThanOrEqual(300);

      const [endpoint] = (await harness.target.observe(ref(desk), soon())).endpoints;
      const answers = await Promise.all(Array.from({ length: 9 }, () => ask(endpoint, '/peer/')));
      expect(new Set(answers.map(({ pid }) => pid)).size).toBe(3);
      expect(answers).toMatchObject(answers.map(() => ({ name: 'agent', deployment: desk.deployment })));
    });

    test('preparing what runs already adopts it, also when two do so at once', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true }]);
      await Promise.all([harness.target.prepare(gateway, soon()), harness.target.prepare(gateway, soon())]);
      const first = await harness.target.observe(ref(gateway), soon());
      await harness.target.prepare(gateway, soon());
      expect(await harness.target.observe(ref(gateway), soon())).toEqual(first);
      const starts = (await storedLines(harness.target, gateway)).filter(
        ({ line }) => line === 'gateway started',
      );
      expect(starts).toHaveLength(1);
    });

    test('deployments of one environment run side by side and share nothing', async () => {
      const [live, candidate] = [deployment(gatewayAndAgent), deployment(gatewayAndAgent)];
      await Promise.all([harness.target.prepare(live, soon()), harness.target.prepare(candidate, soon())]);
      for (const { deployment: id, ...of } of [live, candidate]) {
        const [endpoint] = (await harness.target.observe({ ...of, deployment: id }, soon())).endpoints;
        expect(await ask(endpoint, '/')).toMatchObject({ name: 'gateway', deployment: id });
        expect(await ask(endpoint, '/peer/')).toMatchObject({ name: 'agent', deployment: id });
      }
      await harness.target.retire(ref(live), soon());
      expect(await harness.target.observe(ref(candidate), soon())).toMatchObject({ state: 'ready' });
    });

    test('a component that never gets ready fails the preparation with its name, the reason and its last lines', async () => {
      const desk = deployment([
        { name: 'gateway', isPublic: true, needs: ['agent'] },
        { name: 'agent', env: { READY_AFTER_MS: '3600000' }, health: { seconds: 1 } },
      ]);
      await expect(harness.target.prepare(desk, soon())).rejects.toMatchObject({
        code: 'component_not_ready',
        message: expect.stringMatching(
          /agent.*production-\d+.*not ready within 1 s: GET \/ready answered 503/,
        ),
        hint: 'deployer logs production agent',
        detail: expect.arrayContaining(['agent started']),
      });
      const observation = await harness.target.observe(ref(desk), soon());
      expect(observation).toMatchObject({ state: 'failed', endpoints: [] });
      expect(observation.reason).toContain('agent');
      const lines = await storedLines(harness.target, desk);
      expect(lines.filter(({ component }) => component === 'gateway')).toEqual([]);
    });

    test('a component that exits again and again fails the preparation long before its time is over', async () => {
      const crashing = deployment([{ name: 'gateway', env: { EXIT_CODE: '3' }, health: { seconds: 600 } }]);
      await expect(harness.target.prepare(crashing, soon())).rejects.toMatchObject({
        code: 'component_not_ready',
        message: expect.stringContaining('exited with code 3'),
        detail: expect.arrayContaining(['cannot go on']),
      });
    });

    test('a component without a port is ready when it has stayed alive, or when its own check passes', async () => {
      const desk = deployment([
        { name: 'alive', port: null, health: { seconds: 0.3 } },
        { name: 'checked', port: null, health: { run: 'test -f main.mjs', seconds: 10 } },
      ]);
      await harness.target.prepare(desk, soon());
      expect(await harness.target.observe(ref(desk), soon())).toMatchObject({
        state: 'ready',
        endpoints: [],
      });

      const unchecked = deployment([
        { name: 'checked', port: null, health: { run: 'exit 9', seconds: 0.5 } },
      ]);
      await expect(harness.target.prepare(unchecked, soon())).rejects.toThrow('exit code 9');
    });

    test('a replica that crashes comes back while the others serve', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true, replicas: 2 }]);
      await harness.target.prepare(gateway, soon());
      const [endpoint, other] = (await harness.target.observe(ref(gateway), soon())).endpoints;
      await ask(endpoint, '/crash').catch(() => 'as asked');
      const degraded = await untilObserved(harness.target, gateway, ({ state }) => state === 'degraded');
      expect(degraded.endpoints).toEqual([other]);
      expect(degraded.reason).toContain('exited with code 7');
      expect(await ask(other, '/')).toMatchObject({ name: 'gateway' });
      const whole = await untilObserved(harness.target, gateway, ({ state }) => state === 'ready');
      expect(whole.components[0]?.replicas.map(({ restarts }) => restarts).toSorted()).toEqual([0, 1]);
      expect(await ask(whole.endpoints[0], '/')).toMatchObject({ name: 'gateway' });
    });

    test('a replica that says that it is not ready gets no more requests', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true, replicas: 2 }]);
      await harness.target.prepare(gateway, soon());
      const [sick, well] = (await harness.target.observe(ref(gateway), soon())).endpoints;
      await ask(sick, '/sick');
      const seen = await untilObserved(harness.target, gateway, ({ endpoints }) => endpoints.length === 1);
      expect(seen).toMatchObject({ state: 'degraded', endpoints: [well] });
      expect(seen.components[0]?.replicas[0]).toMatchObject({ state: 'unready', restarts: 0 });
    });

    test('a replica whose live check fails three times is restarted', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true, health: { live: '/live' } }]);
      await harness.target.prepare(gateway, soon());
      const [endpoint] = (await harness.target.observe(ref(gateway), soon())).endpoints;
      await ask(endpoint, '/sick');
      const isBack = ({ state, components }: Observation) =>
        state === 'ready' && components[0]?.replicas[0]?.restarts === 1;
      await untilObserved(harness.target, gateway, isBack);
    });

    test('workers start when they are told to, not with the rest, and end when they are told to', async () => {
      const desk = deployment([
        { name: 'gateway', isPublic: true },
        { name: 'digest', activation: 'when-live', port: null, needs: ['gateway'], env: { DRAIN_MS: '300' } },
      ]);
      await harness.target.prepare(desk, soon());
      const idle = await harness.target.observe(ref(desk), soon());
      expect(idle).toMatchObject({ state: 'ready', workersActive: false });
      const states = idle.components
        .find(({ name }) => name === 'digest')
        ?.replicas.map(({ state }) => state);
      expect(states?.filter((state) => state !== 'stopped')).toEqual([]);
      expect(await storedLines(harness.target, desk, { component: 'digest' })).toEqual([]);

      await harness.target.startWorkers(ref(desk), soon());
      await harness.target.startWorkers(ref(desk), soon());
      const active = await harness.target.observe(ref(desk), soon());
      expect(active).toMatchObject({ state: 'ready', workersActive: true });
      expect(active.components[1]).toMatchObject({ name: 'digest', replicas: [{ state: 'ready' }] });

      await harness.target.stopWorkers(ref(desk), soon());
      const said = await storedLines(harness.target, desk, { component: 'digest' });
      expect(said.map(({ line }) => line)).toEqual(['digest started', 'digest stopping', 'digest stopped']);
      await harness.target.stopWorkers(ref(desk), soon());
      expect(await harness.target.observe(ref(desk), soon())).toMatchObject({
        state: 'ready',
        workersActive: false,
      });

      await harness.target.startWorkers(ref(desk), soon());
      expect(await harness.target.observe(ref(desk), soon())).toMatchObject({ workersActive: true });
    });

    test('a worker that does not come up fails its start and leaves the rest serving', async () => {
      const desk = deployment([
        { name: 'gateway', isPublic: true },
        {
          name: 'digest',
          activation: 'when-live',
          port: null,
          env: { EXIT_CODE: '4' },
          health: { seconds: 2 },
        },
      ]);
      await harness.target.prepare(desk, soon());
      await expect(harness.target.startWorkers(ref(desk), soon())).rejects.toMatchObject({
        code: 'component_not_ready',
      });
      const observation = await harness.target.observe(ref(desk), soon());
      expect(observation).toMatchObject({ state: 'degraded', workersActive: true });
      expect(observation.endpoints).toHaveLength(1);
      await harness.target.stopWorkers(ref(desk), soon());
      expect(await harness.target.observe(ref(desk), soon())).toMatchObject({
        state: 'ready',
        workersActive: false,
      });
    });

    test('retiring ends dependents first, each with its time to drain', async () => {
      const desk = deployment([
        { name: 'gateway', isPublic: true, needs: ['agent'], env: { DRAIN_MS: '400' } },
        { name: 'agent', needs: ['tools'], env: { DRAIN_MS: '200' } },
        { name: 'tools' },
      ]);
      await harness.target.prepare(desk, soon());
      await harness.target.retire(ref(desk), soon());
      const lines = (await storedLines(harness.target, desk)).map(({ line }) => line);
      expect(lines.filter((line) => line.includes('stop'))).toEqual([
        'gateway stopping',
        'gateway stopped',
        'agent stopping',
        'agent stopped',
        'tools stopping',
        'tools stopped',
      ]);
    });

    test('a component that ignores SIGTERM is killed when its time to drain is over', async () => {
      const stubborn = deployment([
        { name: 'gateway', isPublic: true, drainMs: 300, env: { IGNORE_TERM: '1' } },
      ]);
      await harness.target.prepare(stubborn, soon());
      const [endpoint] = (await harness.target.observe(ref(stubborn), soon())).endpoints;
      const startedAt = performance.now();
      await harness.target.retire(ref(stubborn), soon());
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300);
      await expect(ask(endpoint, '/')).rejects.toThrow('fetch failed');
    });

    test('a request in flight is answered while its deployment retires', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true, env: { DRAIN_MS: '1000' } }]);
      await harness.target.prepare(gateway, soon());
      const [endpoint] = (await harness.target.observe(ref(gateway), soon())).endpoints;
      const answer = ask(endpoint, '/slow');
      await ask(endpoint, '/say/sent');
      await harness.target.retire(ref(gateway), soon());
      expect(await answer).toMatchObject({ slow: true });
    });

    test('an aborted preparation ends at once, and what it started can be retired', async () => {
      const slow = deployment([
        { name: 'gateway', env: { READY_AFTER_MS: '3600000' }, health: { seconds: 600 } },
      ]);
      const controller = new AbortController();
      const preparing = harness.target.prepare(slow, controller.signal);
      await untilObserved(harness.target, slow, ({ state }) => state === 'starting');
      controller.abort(new Error('cancelled by a person'));
      await expect(preparing).rejects.toThrow('cancelled by a person');
      await harness.target.retire(ref(slow), soon());
      expect(await harness.target.observe(ref(slow), soon())).toMatchObject({ state: 'absent' });
    });

    test('stored lines come oldest first, the newest few on request, of one component or all', async () => {
      const desk = deployment([{ name: 'gateway', isPublic: true }, { name: 'tools' }]);
      await harness.target.prepare(desk, soon());
      const [endpoint] = (await harness.target.observe(ref(desk), soon())).endpoints;
      for (const text of ['one', 'two', 'three']) await ask(endpoint, `/say/${text}`);
      const lines = await untilStored(harness.target, desk, 'three');
      expect(lines.at(-1)).toEqual({
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        deployment: desk.deployment,
        component: 'gateway',
        replica: 0,
        stream: 'stdout',
        line: 'three',
      });
      expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted());
      const two = await storedLines(harness.target, desk, { tail: 2 });
      expect(two.map(({ line }) => line)).toEqual(['two', 'three']);
      expect(await storedLines(harness.target, desk, { tail: 0 })).toEqual([]);
      const ofTools = await storedLines(harness.target, desk, { component: 'tools' });
      expect(ofTools.map(({ line }) => line)).toEqual(['tools started']);
    });

    test('followed lines arrive as they are written, until the caller has enough', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true }]);
      await harness.target.prepare(gateway, soon());
      const [endpoint] = (await harness.target.observe(ref(gateway), soon())).endpoints;
      const enough = new AbortController();
      const seen: string[] = [];
      const query = { ...ref(gateway), component: null, tail: 1, follow: true };
      const answers = new Map([
        ['gateway started', '/say/one'],
        ['one', '/say/two'],
        ['two', '/say/three'],
      ]);
      for await (const { line } of harness.target.logs(query, AbortSignal.any([enough.signal, soon()]))) {
        seen.push(line);
        const next = answers.get(line);
        if (next === undefined) enough.abort();
        else await ask(endpoint, next);
      }
      expect(seen).toEqual(['gateway started', 'one', 'two', 'three']);
    });

    test('a retired deployment comes up again from the same inputs', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true }]);
      await harness.target.prepare(gateway, soon());
      await harness.target.retire(ref(gateway), soon());
      await harness.target.prepare(gateway, soon());
      const [endpoint] = (await harness.target.observe(ref(gateway), soon())).endpoints;
      expect(await ask(endpoint, '/')).toMatchObject({ name: 'gateway', deployment: gateway.deployment });
    });

    test('a retired deployment is absent, and retiring it again is no error', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true }]);
      await harness.target.prepare(gateway, soon());
      const [endpoint] = (await harness.target.observe(ref(gateway), soon())).endpoints;
      await harness.target.retire(ref(gateway), soon());
      expect(await harness.target.observe(ref(gateway), soon())).toMatchObject({
        state: 'absent',
        endpoints: [],
      });
      await expect(ask(endpoint, '/')).rejects.toThrow('fetch failed');
      await harness.target.retire(ref(gateway), soon());
    });

    test('what was never prepared is absent, has no lines, and can be retired', async () => {
      const unknown = { integration: 'triage-desk', environment: 'production', deployment: 'production-999' };
      expect(await harness.target.observe(unknown, soon())).toMatchObject({ state: 'absent', endpoints: [] });
      expect(await storedLines(harness.target, unknown)).toEqual([]);
      await harness.target.stopWorkers(unknown, soon());
      await harness.target.retire(unknown, soon());
      await expect(harness.target.startWorkers(unknown, soon())).rejects.toMatchObject({
        code: 'deployment_not_found',
      });
    });
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
