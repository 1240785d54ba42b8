import { expect, test } from 'vitest';

import { ref, soon, storedLines } from './target-harness.ts';
import type { TestBed } from './test-bed.ts';

/** What a target promises of components that run only while their deployment is live. */
export function handsWorkOver(bed: TestBed): void {
  test('workers start when they are told to, not with the rest, and end when they are told to', async () => {
    const desk = bed.deployment([
      { name: 'gateway', isPublic: true },
      { name: 'digest', activation: 'when-live', port: null, needs: ['gateway'], env: { DRAIN_MS: '300' } },
    ]);
    await bed.target.prepare(desk, soon());
    const idle = await bed.target.observe(ref(desk), soon());
    expect(idle).toMatchObject({ state: 'ready', workersActive: false });
    const states = idle.components.find(({ name }) => name === 'digest')?.replicas.map(({ state }) => state);
    expect(states?.filter((state) => state !== 'stopped')).toEqual([]);
    expect(await storedLines(bed.target, desk, { component: 'digest' })).toEqual([]);

    await bed.target.startWorkers(ref(desk), soon());
    await bed.target.startWorkers(ref(desk), soon());
    const active = await bed.target.observe(ref(desk), soon());
    expect(active).toMatchObject({ state: 'ready', workersActive: true });
    expect(active.components[1]).toMatchObject({ name: 'digest', replicas: [{ state: 'ready' }] });

    await bed.target.stopWorkers(ref(desk), soon());
    const said = await storedLines(bed.target, desk, { component: 'digest' });
    expect(said.map(({ line }) => line)).toEqual(['digest started', 'digest stopping', 'digest stopped']);
    await bed.target.stopWorkers(ref(desk), soon());
    expect(await bed.target.observe(ref(desk), soon())).toMatchObject({
      state: 'ready',
      workersActive: false,
    });

    await bed.target.startWorkers(ref(desk), soon());
    expect(await bed.target.observe(ref(desk), soon())).toMatchObject({ workersActive: true });
  });

  test('a worker that does not come up fails its start and leaves the rest serving', async () => {
    const desk = bed.deployment([
      { name: 'gateway', isPublic: true },
      {
        name: 'digest',
        activation: 'when-live',
        port: null,
        env: { EXIT_CODE: '4' },
        health: { seconds: 2 },
      },
    ]);
    await bed.target.prepare(desk, soon());
    await expect(bed.target.startWorkers(ref(desk), soon())).rejects.toMatchObject({
      code: 'component_not_ready',
    });
    const observation = await bed.target.observe(ref(desk), soon());
    expect(observation).toMatchObject({ state: 'degraded', workersActive: true });
    expect(observation.endpoints).toHaveLength(1);
    await bed.target.stopWorkers(ref(desk), soon());
    expect(await bed.target.observe(ref(desk), soon())).toMatchObject({
      state: 'ready',
      workersActive: false,
    });
  });
}
