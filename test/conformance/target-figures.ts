import { expect, test } from 'vitest';

import type { DeploymentFigures, ReplicaFigures } from '../../src/core/places/target.ts';
import { waitUntil } from '../../src/lib/wait-until.ts';
import { ask, ref, soon, untilObserved } from './target-harness.ts';
import type { TestBed } from './test-bed.ts';

/** Works for half a second of processor time in a child, and stays. */
const busy = `node -e "
  const { spawn } = require('node:child_process');
  const work = 'const end = process.cpuUsage(); while (process.cpuUsage(end).user < 5e5); setInterval(() => {}, 1000)';
  spawn(process.execPath, ['-e', work], { detached: true, stdio: 'ignore' });
  setInterval(() => {}, 1000);
"`;

/** What a target promises to say of what replicas use. */
export function tellsFigures(bed: TestBed): void {
  test('what each replica uses is told with its limits, processes that it has started included', async () => {
    const desk = bed.deployment([
      { name: 'gateway', isPublic: true, replicas: 2, memoryBytes: 512 * 1024 * 1024 },
      { name: 'busy', port: null, run: busy },
    ]);
    await bed.target.prepare(desk, soon());
    const seen = await waitUntil(
      async () => {
        const now = await bed.target.figures(ref(desk), soon());
        return (of(now, 'busy')?.cpuSeconds ?? 0) >= 0.5 ? now : null;
      },
      { timeoutMs: 20_000, what: 'the work of the child', hint: '' },
    );
    expect(Math.abs(Date.now() - Date.parse(seen.at))).toBeLessThan(10_000);
    expect(seen.replicas.map(({ component, index, state }) => [component, index, state])).toEqual([
      ['gateway', 0, 'ready'],
      ['gateway', 1, 'ready'],
      ['busy', 0, 'ready'],
    ]);
    for (const { memoryBytes } of seen.replicas) {
      expect(memoryBytes).toBeGreaterThan(10e6);
      expect(memoryBytes).toBeLessThan(1e9);
    }
    expect(seen.replicas[0]?.limits).toEqual({ cpuMillis: null, memoryBytes: 512 * 1024 * 1024 });
  });

  test('processor time only grows, and begins anew with a new process, which counts as a restart', async () => {
    const desk = bed.deployment([{ name: 'gateway', isPublic: true }]);
    await bed.target.prepare(desk, soon());
    const first = of(await bed.target.figures(ref(desk), soon()), 'gateway');
    const later = of(await bed.target.figures(ref(desk), soon()), 'gateway');
    expect(later?.cpuSeconds).toBeGreaterThanOrEqual(first?.cpuSeconds ?? Infinity);
    expect(later?.startedAt).toBe(first?.startedAt);
    const { endpoints } = await bed.target.observe(ref(desk), soon());
    await ask(endpoints[0], '/crash').catch(() => undefined);
    await untilObserved(
      bed.target,
      desk,
      ({ state, components }) => state === 'ready' && components[0]?.replicas[0]?.restarts === 1,
    );
    const anew = of(await bed.target.figures(ref(desk), soon()), 'gateway');
    expect(anew).toMatchObject({ restarts: 1, state: 'ready' });
    expect(anew?.startedAt).not.toBe(first?.startedAt);
  });

  test('of what does not run there are no figures', async () => {
    const desk = bed.deployment([{ name: 'gateway', isPublic: true }]);
    expect(await bed.target.figures(ref(desk), soon())).toBeNull();
  });
}

function of(figures: DeploymentFigures | null, name: string): ReplicaFigures | undefined {
  return figures?.replicas.find(({ component }) => component === name);
}
