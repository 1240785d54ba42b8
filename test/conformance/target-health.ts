import { expect, test } from 'vitest';

import type { Observation } from '../../src/core/places/target.ts';
import { ask, ref, soon, storedLines, untilObserved } from './target-harness.ts';
import type { TestBed } from './test-bed.ts';

/** What a target promises of components that are not ready, or not any more. */
export function watchesHealth(bed: TestBed): void {
  test('a component that never gets ready fails the preparation with its name, the reason and its last lines', async () => {
    const desk = bed.deployment([
      { name: 'gateway', isPublic: true, needs: ['agent'] },
      { name: 'agent', env: { READY_AFTER_MS: '3600000' }, health: { seconds: 1 } },
    ]);
    await expect(bed.target.prepare(desk, soon())).rejects.toMatchObject({
      code: 'component_not_ready',
      message: expect.stringMatching(/agent.*production-\d+.*not ready within 1 s: GET \/ready answered 503/),
      // Without its name, the logs would be those of what is live.
      hint: expect.stringMatching(/^deployer logs production agent --deployment production-\d+$/),
      detail: expect.arrayContaining(['agent started']),
    });
    const observation = await bed.target.observe(ref(desk), soon());
    expect(observation).toMatchObject({ state: 'failed', endpoints: [] });
    expect(observation.reason).toContain('agent');
    const lines = await storedLines(bed.target, desk);
    expect(lines.filter(({ component }) => component === 'gateway')).toEqual([]);
  });

  test('a component that exits again and again fails the preparation long before its time is over', async () => {
    const crashing = bed.deployment([{ name: 'gateway', env: { EXIT_CODE: '3' }, health: { seconds: 600 } }]);
    await expect(bed.target.prepare(crashing, soon())).rejects.toMatchObject({
      code: 'component_not_ready',
      message: expect.stringContaining('exited with code 3'),
      // What it says each time is said once.
      detail: ['gateway started', 'cannot go on'],
    });
  });

  test('a component whose port accepts for a moment before it ends is not ready for long, and counts as such', async () => {
    const fleeting = bed.deployment([
      { name: 'gateway', env: { EXIT_AFTER_MS: '60' }, health: { ready: null, seconds: 5 } },
      { name: 'agent' },
    ]);
    // Whoever looks at the right moment finds it ready.
    await bed.target.prepare(fleeting, soon(10)).catch((error: unknown) => {
      expect(error).toMatchObject({
        code: 'component_not_ready',
        message: expect.stringContaining('code 9'),
        detail: ['gateway started'],
      });
    });
    const failed = await untilObserved(bed.target, fleeting, ({ state }) => state === 'failed');
    expect(failed.components[0]?.replicas[0]).toMatchObject({ restarts: 2 });
  });

  test('a component without a port is ready when it has stayed alive, or when its own check passes', async () => {
    const desk = bed.deployment([
      { name: 'alive', port: null, health: { seconds: 0.3 } },
      { name: 'checked', port: null, health: { run: 'test -f main.mjs', seconds: 10 } },
    ]);
    await bed.target.prepare(desk, soon());
    expect(await bed.target.observe(ref(desk), soon())).toMatchObject({
      state: 'ready',
      endpoints: [],
    });

    const unchecked = bed.deployment([
      { name: 'checked', port: null, health: { run: 'exit 9', seconds: 0.5 } },
    ]);
    await expect(bed.target.prepare(unchecked, soon())).rejects.toThrow('exit code 9');
  });

  test('a replica that crashes comes back while the others serve', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true, replicas: 2 }]);
    await bed.target.prepare(gateway, soon());
    const [endpoint, other] = (await bed.target.observe(ref(gateway), soon())).endpoints;
    await ask(endpoint, '/crash').catch(() => 'as asked');
    const degraded = await untilObserved(bed.target, gateway, ({ state }) => state === 'degraded');
    expect(degraded.endpoints).toEqual([other]);
    expect(degraded.reason).toContain('exited with code 7');
    expect(await ask(other, '/')).toMatchObject({ name: 'gateway' });
    const whole = await untilObserved(bed.target, gateway, ({ state }) => state === 'ready');
    expect(whole.components[0]?.replicas.map(({ restarts }) => restarts).toSorted()).toEqual([0, 1]);
    expect(whole.components[0]?.replicas.map(({ crashes }) => crashes).toSorted()).toEqual([0, 1]);
    expect(await ask(whole.endpoints[0], '/')).toMatchObject({ name: 'gateway' });
  });

  test('a replica that says that it is not ready gets no more requests', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true, replicas: 2 }]);
    await bed.target.prepare(gateway, soon());
    const [sick, well] = (await bed.target.observe(ref(gateway), soon())).endpoints;
    await ask(sick, '/sick');
    const seen = await untilObserved(bed.target, gateway, ({ endpoints }) => endpoints.length === 1);
    expect(seen).toMatchObject({ state: 'degraded', endpoints: [well] });
    expect(seen.components[0]?.replicas[0]).toMatchObject({ state: 'unready', restarts: 0 });
  });

  test('a replica whose live check fails three times is restarted', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true, health: { live: '/live' } }]);
    await bed.target.prepare(gateway, soon());
    const [endpoint] = (await bed.target.observe(ref(gateway), soon())).endpoints;
    await ask(endpoint, '/sick');
    const isBack = ({ state, components }: Observation) =>
      state === 'ready' && components[0]?.replicas[0]?.restarts === 1;
    await untilObserved(bed.target, gateway, isBack);
  });
}
