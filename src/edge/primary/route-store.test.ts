import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { emptyRouteTable, withStable } from '../../core/switching/route-table.ts';
import { RouteStore } from './route-store.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routes-'));
});

afterEach(() => rm(folder, { recursive: true }));

const decided = {
  table: { ...withStable(emptyRouteTable, 'production-1'), generation: 7 },
  backends: { 'production-1': ['127.0.0.1:8080'] },
};

test('what was written is in force after a restart', async () => {
  await (await RouteStore.open(folder)).write(decided);
  expect((await RouteStore.open(folder)).routes).toEqual(decided);
});

test.each([
  ['no JSON', 'garbage'],
  ['nothing', ''],
  ['of another shape', '{"table":{"v":1}}'],
])('a file that is %s is set aside, and the decided table is taken again', async (_, content) => {
  await writeFile(join(folder, 'route.json'), content);
  const store = await RouteStore.open(folder);
  expect(store.routes.table).toEqual(emptyRouteTable);
  const [aside = '', ...others] = await readdir(folder);
  expect(others).toEqual([]);
  expect(aside).toMatch(/^route\.json\.damaged-/);
  expect(await readFile(join(folder, aside), 'utf8')).toBe(content);

  store.refuseStale(decided);
  await store.write(decided);
  expect((await RouteStore.open(folder)).routes).toEqual(decided);
});

test('of the files that were set aside, few are kept', async () => {
  for (let time = 0; time < 6; time += 1) {
    await writeFile(join(folder, 'route.json'), `garbage ${time}`);
    await RouteStore.open(folder);
    // Their names tell milliseconds apart.
    const ms = Date.now();
    while (Date.now() === ms);
  }
  const kept = (await readdir(folder)).toSorted();
  expect(kept).toHaveLength(3);
  expect(await readFile(join(folder, kept.at(-1) ?? ''), 'utf8')).toBe('garbage 5');
});
