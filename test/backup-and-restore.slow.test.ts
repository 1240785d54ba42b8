import { cp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

import type { AuditView } from '../src/api/views/audit.ts';
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
import { openWebSocket } from './harness/web-socket.ts';

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

const audited = z.object({
  newerGeneration: z.int(),
  newerStable: z.string(),
  stable: z.string(),
  generation: z.int(),
});

/** By which generation the edge routes. */
async function generationOfEdge(): Promise<number> {
  const file = join(home.home.environment('hello', 'production'), 'route.json');
  const routes = z.object({ table: z.object({ generation: z.int() }) });
  return routes.parse(JSON.parse(await readFile(file, 'utf8'))).table.generation;
}

test('what was live at the backup takes over from what is newer, which is said, and no request fails', async () => {
  await gates.open('smoke');
  expect((await shipped(shippingThree)).code).toBe(0);
  // The backup has seen the third one as a candidate; this one it does not know.
  await shipSaying(hello, 'later');
  const production = await hello.environment('production');
  expect(production.live?.deployment).toBe('production-4');
  const newerGeneration = await generationOfEdge();
  const traffic = await startTraffic(production);
  const socket = await openWebSocket(production);
  await hello.read<BackupView>('restore', file, '--replace', '--yes');
  await traffic.untilAnsweredBy('production-2');
  const unknown =
    'production-4 runs, and the backup that was restored does not know it: it ends when users have left it';
  await untilTrue('status to name what the backup does not know', async () =>
    (await hello.environment('production')).trouble.some((sentence) => sentence.includes(unknown)),
  );
  expect((await hello.run(['doctor', '--json'])).out).toContain(unknown);
  expect(await socket.say('still there')).toBe('later: still there');
  await socket.close();
  await untilSettled();
  const { entries } = await hello.read<AuditView>('audit');
  const [overtaken] = entries.filter(({ action }) => action === 'overtake');
  expect(overtaken).toMatchObject({ integration: 'hello', subject: 'production' });
  const { generation, ...detail } = audited.parse(overtaken?.detail);
  expect(detail).toEqual({ newerGeneration, newerStable: 'production-4', stable: 'production-2' });
  expect(generation).toBeGreaterThan(newerGeneration);
  expect(await generationOfEdge()).toBeGreaterThanOrEqual(generation);
  expect(entries).toContainEqual(
    expect.objectContaining({ action: 'retire unknown', subject: 'production-4' }),
  );
  await traffic.stop();
  expect(traffic.failures).toEqual([]);
  const restored = await hello.environment('production');
  expect(restored.url).toBe(production.url);
  expect(restored.live?.deployment).toBe('production-2');
  expect(restored.deployments.map(({ deployment }) => deployment)).not.toContain('production-4');
  const caught = await hello.view('hello-3');
  expect(caught).toMatchObject({ state: 'cancelled', reason: expect.stringContaining('backup') });
  const { releases } = await hello.read<ReleasesView>('releases');
  expect(releases).toHaveLength(3);

  await hello.rollback('production');
  expect(await ask(restored)).toMatchObject({ text: 'one' });
  await shipSaying(hello, 'four');
  const next = await hello.environment('production');
  expect(await ask(next)).toMatchObject({ text: 'four' });
  expect(next.live?.deployment).toBe('production-5');
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
