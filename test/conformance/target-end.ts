import { expect, test } from 'vitest';

import { ask, ref, soon, storedLines } from './target-harness.ts';
import type { TestBed } from './test-bed.ts';

/** What a target promises of the end of deployments. */
export function endsInOrder(bed: TestBed): void {
  test('retiring ends dependents first, each with its time to drain', async () => {
    const desk = bed.deployment([
      { name: 'gateway', isPublic: true, needs: ['agent'], env: { DRAIN_MS: '400' } },
      { name: 'agent', needs: ['tools'], env: { DRAIN_MS: '200' } },
      { name: 'tools' },
    ]);
    await bed.target.prepare(desk, soon());
    await bed.target.retire(ref(desk), soon());
    const lines = (await storedLines(bed.target, desk)).map(({ line }) => line);
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
    const stubborn = bed.deployment([
      { name: 'gateway', isPublic: true, drainMs: 300, env: { IGNORE_TERM: '1' } },
    ]);
    await bed.target.prepare(stubborn, soon());
    const [endpoint] = (await bed.target.observe(ref(stubborn), soon())).endpoints;
    const startedAt = performance.now();
    await bed.target.retire(ref(stubborn), soon());
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300);
    await expect(ask(endpoint, '/')).rejects.toThrow('fetch failed');
  });

  test('a request in flight is answered while its deployment retires', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true, env: { DRAIN_MS: '1000' } }]);
    await bed.target.prepare(gateway, soon());
    const [endpoint] = (await bed.target.observe(ref(gateway), soon())).endpoints;
    const answer = ask(endpoint, '/slow');
    await ask(endpoint, '/say/sent');
    await bed.target.retire(ref(gateway), soon());
    expect(await answer).toMatchObject({ slow: true });
  });

  test('a retired deployment comes up again from the same inputs', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
    await bed.target.prepare(gateway, soon());
    await bed.target.retire(ref(gateway), soon());
    await bed.target.prepare(gateway, soon());
    const [endpoint] = (await bed.target.observe(ref(gateway), soon())).endpoints;
    expect(await ask(endpoint, '/')).toMatchObject({ name: 'gateway', deployment: gateway.deployment });
  });

  test('a retired deployment is absent, and retiring it again is no error', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
    await bed.target.prepare(gateway, soon());
    const [endpoint] = (await bed.target.observe(ref(gateway), soon())).endpoints;
    await bed.target.retire(ref(gateway), soon());
    expect(await bed.target.observe(ref(gateway), soon())).toMatchObject({
      state: 'absent',
      endpoints: [],
    });
    await expect(ask(endpoint, '/')).rejects.toThrow('fetch failed');
    await bed.target.retire(ref(gateway), soon());
  });

  test('what was never prepared is absent, has no lines, and can be retired', async () => {
    const unknown = { integration: 'triage-desk', environment: 'production', deployment: 'production-999' };
    expect(await bed.target.observe(unknown, soon())).toMatchObject({ state: 'absent', endpoints: [] });
    expect(await storedLines(bed.target, unknown)).toEqual([]);
    await bed.target.stopWorkers(unknown, soon());
    await bed.target.retire(unknown, soon());
    await expect(bed.target.startWorkers(unknown, soon())).rejects.toMatchObject({
      code: 'deployment_not_found',
    });
  });
}
