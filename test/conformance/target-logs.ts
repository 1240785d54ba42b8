import { expect, test } from 'vitest';

import { ask, ref, soon, storedLines, untilStored } from './target-harness.ts';
import type { TestBed } from './test-bed.ts';

/** What a target promises of the lines that components write. */
export function keepsLogs(bed: TestBed): void {
  test('stored lines come oldest first, the newest few on request, of one component or all', async () => {
    const desk = bed.deployment([{ name: 'gateway', isPublic: true }, { name: 'tools' }]);
    await bed.target.prepare(desk, soon());
    const [endpoint] = (await bed.target.observe(ref(desk), soon())).endpoints;
    for (const text of ['one', 'two', 'three']) await ask(endpoint, `/say/${text}`);
    const lines = await untilStored(bed.target, desk, 'three');
    expect(lines.at(-1)).toEqual({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      deployment: desk.deployment,
      component: 'gateway',
      replica: 0,
      stream: 'stdout',
      line: 'three',
    });
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted());
    const two = await storedLines(bed.target, desk, { tail: 2 });
    expect(two.map(({ line }) => line)).toEqual(['two', 'three']);
    expect(await storedLines(bed.target, desk, { tail: 0 })).toEqual([]);
    const ofTools = await storedLines(bed.target, desk, { component: 'tools' });
    expect(ofTools.map(({ line }) => line)).toEqual(['tools started']);
  });

  test('followed lines arrive as they are written, until the caller has enough', async () => {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
    await bed.target.prepare(gateway, soon());
    const [endpoint] = (await bed.target.observe(ref(gateway), soon())).endpoints;
    const enough = new AbortController();
    const seen: string[] = [];
    const query = { ...ref(gateway), component: null, tail: 1, follow: true };
    const answers = new Map([
      ['gateway started', '/say/one'],
      ['one', '/say/two'],
      ['two', '/say/three'],
    ]);
    for await (const { line } of bed.target.logs(query, AbortSignal.any([enough.signal, soon()]))) {
      seen.push(line);
      const next = answers.get(line);
      if (next === undefined) enough.abort();
      else await ask(endpoint, next);
    }
    expect(seen).toEqual(['gateway started', 'one', 'two', 'three']);
  });
}
