import { cp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { BackupView } from '../src/api/views/housekeeping.ts';
import type { ReleasesView } from '../src/api/views/releases.ts';
import type { Running } from './harness/command-line.ts';
import { homeOfThisFile } from './harness/deployer-home.ts';
import { openGates } from './harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { openProject, type Project, shipped } from './harness/project.ts';
import { startTraffic } from './harness/traffic.ts';
import { untilTrue } from './harness/until.ts';
import { ask } from './harness/users.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
const file = join(home.scratch, 'monday.tgz');
const gates = await openGates(join(home.scratch, 'gates'));
/** The ship that the backup catches in the middle. */
let shippingThree: Running;

function commitSaying(says: string): void {
  hello.commit({
    'deployer.yaml': {
      ...helloSpec({
        production: { approval: { none: 'a test' }, keepPrevious: '1h', gates: ['smoke'] },
      }),
      tests: { smoke: { run: gates.shell('smoke'), writes: false } },
    },
    [helloFile]: helloProgram({ says }),
  });
}

async function shipSaying(project: Project, says: string): Promise<void> {
  commitSaying(says);
  expect((await project.ship()).code).toBe(0);
}

async function untilSettled(): Promise<void> {
  await untilTrue('production to be as the backup says', async () => {
    const { trouble, live } = await hello.environment('production');
    return live !== null && trouble.length === 0;
  });
}

test('a backup of a running server is one file that only its owner reads, and replaces no other', async () => {
  await shipSaying(hello, 'one');
  await shipSaying(hello, 'two');
  await gates.close('smoke');
  commitSaying('three');
  shippingThree = hello.start(['ship', '--json']);
  await gates.reached('smoke');
  const view = await hello.read<BackupView>('backup', file);
  expect(view).toMatchObject({ file, integrations: ['hello'] });
  const facts = await stat(file);
  expect(facts.mode & 0o777).toBe(0o600);
  expect(facts.size).toBe(view.bytes);
  expect(await hello.refused(['backup', file])).toMatchObject({
    exit: 1,
    code: 'backup_failed',
    path: 'file',
  });
  expect(await hello.refused(['backup', '/nowhere/at/all.tgz'])).toMatchObject({ code: 'backup_failed' });
  expect((await readdir(home.scratch)).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test('a file that is damaged, cut off, foreign or of a newer version is refused, and nothing changes', async () => {
  const before = await hello.environment('production');
  const broken = join(home.scratch, 'broken.tgz');
  const refused = () => hello.refused(['restore', broken, '--replace', '--yes']);
  await cp(file, broken);
  await truncate(broken, (await stat(file)).size - 200);
  expect(await refused()).toMatchObject({
    exit: 2,
    code: 'backup_invalid',
    message: expect.stringContaining('cut off'),
  });
  const bytes = await readFile(file);
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
  await writeFile(broken, bytes);
  expect(await refused()).toMatchObject({ code: 'backup_invalid' });
  await writeFile(broken, 'no backup at all');
  expect(await refused()).toMatchObject({
    code: 'backup_invalid',
    message: expect.stringContaining('no gzip'),
  });
  expect(await hello.refused(['restore', file])).toMatchObject({ exit: 1, code: 'home_in_use' });
  expect(await hello.refused(['restore', file, '--replace'])).toMatchObject({ exit: 2, path: '--yes' });
  expect(await hello.environment('production')).toEqual(before);
});

test('what was live at the backup takes over from what is newer, and no request fails', async () => {
  await gates.open('smoke');
  expect((await shipped(shippingThree)).code).toBe(0);
  const production = await hello.environment('production');
  expect(production.live?.deployment).toBe('production-3');
  const traffic = await startTraffic(production);
  await hello.read<BackupView>('restore', file, '--replace', '--yes');
  await traffic.untilAnsweredBy('production-2');
  await untilSettled();
  await traffic.stop();
  expect(traffic.failures).toEqual([]);
  const restored = await hello.environment('production');
  expect(restored.url).toBe(production.url);
  expect(restored.live?.deployment).toBe('production-2');
  expect(restored.deployments.map(({ deployment }) => deployment)).not.toContain('production-3');
  const caught = await hello.view('hello-3');
  expect(caught).toMatchObject({ state: 'cancelled', reason: expect.stringContaining('backup') });
  const { releases } = await hello.read<ReleasesView>('releases');
  expect(releases).toHaveLength(3);

  await hello.rollback('production');
  expect(await ask(restored)).toMatchObject({ text: 'one' });
  await shipSaying(hello, 'four');
  const next = await hello.environment('production');
  expect(await ask(next)).toMatchObject({ text: 'four' });
  expect(next.live?.deployment).toBe('production-4');
});

test('a home that was lost comes back at its address, and goes back further', async () => {
  const { url } = await hello.environment('production');
  expect((await hello.run(['stop', '--all'])).code).toBe(0);
  await rm(home.home.root, { recursive: true });
  await hello.read<BackupView>('restore', file);
  await untilSettled();
  const production = await hello.environment('production');
  expect(production.url).toBe(url);
  expect(await ask(production)).toMatchObject({ text: 'two', deployment: 'production-2' });
  await hello.rollback('production');
  expect(await ask(production)).toMatchObject({ text: 'one' });
});
