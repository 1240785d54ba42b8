import { expect, test } from 'vitest';

import type { Preparation } from '../../src/core/places/target.ts';
import { freePort } from '../../src/lib/free-port.ts';
import { ask, ref, soon, storedLines, untilObserved } from './target-harness.ts';
import type { TestBed } from './test-bed.ts';

/** What a target promises of a component that exists once per environment. */
export function keepsResidents(bed: TestBed): void {
  /** Adds its name to a file that it keeps, whenever it starts. */
  function store(name: string, port: number, own: { readonly exitCode?: string } = {}): Preparation {
    const run = 'echo "$NAME" >> "$DATA_DIR/kept"; exec node main.mjs';
    const env = own.exitCode === undefined ? {} : { EXIT_CODE: own.exitCode };
    const deployment = `production-store-${port}`;
    return bed.deployment([{ name, run, env }], { deployment, resident: { port } });
  }

  test('what exists once is reached at the address that it was given, and keeps its data when it ends for good', async () => {
    const port = await freePort();
    const kept = store('one', port);
    await bed.target.prepare(kept, soon());
    expect(await ask(`127.0.0.1:${port}`, '/kept')).toEqual({ lines: ['one'] });
    await bed.target.retire(ref(kept), soon());
    await bed.target.prepare(kept, soon());
    expect(await ask(`127.0.0.1:${port}`, '/kept')).toEqual({ lines: ['one', 'one'] });
  });

  test('with other inputs it ends before it starts with these, at the same address and with the same data', async () => {
    const port = await freePort();
    await bed.target.prepare(store('one', port), soon());
    const changed = store('two', port);
    await bed.target.prepare(changed, soon());
    expect(await ask(`127.0.0.1:${port}`, '/')).toMatchObject({ name: 'two' });
    expect(await ask(`127.0.0.1:${port}`, '/kept')).toEqual({ lines: ['one', 'two'] });
    const said = (await storedLines(bed.target, changed)).map(({ line }) => line);
    expect(said).toEqual(['one started', 'one stopping', 'one stopped', 'two started']);
    const { pid } = await ask(`127.0.0.1:${port}`, '/');
    await bed.target.prepare(changed, soon());
    expect(await ask(`127.0.0.1:${port}`, '/')).toMatchObject({ pid });
  });

  test('one that does not get ready says why, and the former inputs bring the former one back', async () => {
    const port = await freePort();
    const former = store('one', port);
    await bed.target.prepare(former, soon());
    await expect(bed.target.prepare(store('two', port, { exitCode: '3' }), soon())).rejects.toMatchObject({
      code: 'component_not_ready',
      detail: expect.arrayContaining(['cannot go on']),
    });
    await bed.target.prepare(former, soon());
    expect(await ask(`127.0.0.1:${port}`, '/')).toMatchObject({ name: 'one' });
  });

  test('a deployment is told where residents are, and starts though they are none of its own', async () => {
    const port = await freePort();
    await bed.target.prepare(store('peer', port), soon());
    const urls = { peer: `http://127.0.0.1:${port}` };
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true, needs: ['peer'] }], { urls });
    await bed.target.prepare(gateway, soon());
    const { endpoints } = await untilObserved(bed.target, gateway, ({ state }) => state === 'ready');
    expect(await ask(endpoints[0], '/peer/kept')).toEqual({ lines: ['peer'] });
    const { DATA_DIR } = await ask(endpoints[0], '/env');
    expect(DATA_DIR).toBeUndefined();
  });
}
