import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { defaultRetention } from '../core/retention/retention.ts';
import { readRetention } from './retention-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'deployer-retention-'));
const file = join(folder, 'retention.json');
afterAll(() => rm(folder, { recursive: true }));

test('without a file the defaults hold, and for what it leaves out', async () => {
  expect(await readRetention(join(folder, 'none.json'))).toEqual(defaultRetention);
  await writeFile(file, '{ "releasesKept": 3 }');
  expect(await readRetention(file)).toEqual({ ...defaultRetention, releasesKept: 3 });
});

test.each([
  ['a number that keeps nothing', '{ "releasesKept": 0 }', 'releasesKept'],
  ['a text', '{ "logDays": "30d" }', 'logDays'],
  ['an unknown setting', '{ "logsDays": 3 }', 'logsDays'],
  ['no JSON', '{ releasesKept: 3 }', ''],
])('%s is refused with the field', async (_, text, path) => {
  await writeFile(file, text);
  await expect(readRetention(file)).rejects.toMatchObject({
    code: 'retention_invalid',
    path,
    message: expect.stringContaining(path),
  });
});
