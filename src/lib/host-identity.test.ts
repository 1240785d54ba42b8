import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { homeAt } from './home.ts';
import { hostIdentity } from './host-identity.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployer-host-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a home keeps its identity, also when several ask for it at once for the first time', async () => {
  const home = homeAt(folder);
  const asked = await Promise.all(Array.from({ length: 8 }, () => hostIdentity(home)));
  const ids = new Set(asked.map(({ id }) => id));
  expect(ids.size).toBe(1);
  expect(await hostIdentity(home)).toEqual({ id: [...ids][0], name: hostname(), home: folder });
});

test('a damaged identity is refused, not replaced: others know this host by it', async () => {
  await writeFile(join(folder, 'host.json'), '{"id":"x"}');
  await expect(hostIdentity(homeAt(folder))).rejects.toMatchObject({ code: 'home_invalid' });
});
