import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { fileOfPoint, lineOf, namedPoints, pointsVariable } from './named-point.ts';
import { waitUntil } from './wait-until.ts';

const point = 'traffic: decided';
const program = `import { reach } from ${JSON.stringify(join(import.meta.dirname, 'named-point.ts'))};
await reach(${JSON.stringify(point)}, process.env.WHOSE);
process.stdout.write('through');`;

test('whoever comes to a closed point stays there until it is opened', async () => {
  const folder = await pointsFolder();
  const file = join(folder, fileOfPoint(point));
  await writeFile(`${file}.closed`, '');
  const process = start(folder);
  await waitUntil(async () => (existsSync(`${file}.stopped`) ? true : null), {
    timeoutMs: 15_000,
    what: 'somebody to stop there',
    hint: '',
  });
  expect(process.out()).toBe('');
  await rm(`${file}.closed`);
  await process.ended;
  expect(process.out()).toBe('through');
  expect(await readFile(join(folder, 'reached'), 'utf8')).toBe(`${point}\n`);
});

test('a point that is closed to some lets others through, and who stops there says whose it is', async () => {
  const folder = await pointsFolder();
  const file = join(folder, fileOfPoint(point));
  await writeFile(`${file}.closed`, '^mine$');
  const other = start(folder, 'not mine');
  await other.ended;
  expect(other.out()).toBe('through');
  expect(existsSync(`${file}.stopped`)).toBe(false);
  const mine = start(folder, 'mine');
  const stopped = await waitUntil(async () => readFile(`${file}.stopped`, 'utf8').catch(() => null), {
    timeoutMs: 15_000,
    what: 'somebody to stop there',
    hint: '',
  });
  expect(JSON.parse(stopped)).toEqual({ pid: mine.pid, whose: 'mine' });
  await rm(`${file}.closed`);
  await mine.ended;
  expect(await readFile(join(folder, 'reached'), 'utf8')).toBe(
    `${lineOf(point, 'not mine')}\n${lineOf(point, 'mine')}\n`,
  );
});

test('nobody stops at an open point, and without a folder nothing is written', async () => {
  const folder = await pointsFolder();
  for (const named of [folder, '']) {
    const process = start(named);
    await process.ended;
    expect(process.out()).toBe('through');
  }
  expect(await readFile(join(folder, 'reached'), 'utf8')).toBe(`${point}\n`);
});

test('every point has a file of its own', () => {
  expect(new Set(namedPoints.map(fileOfPoint)).size).toBe(namedPoints.length);
});

async function pointsFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deployer-points-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function start(folder: string, whose = '') {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, [pointsVariable]: folder, WHOSE: whose },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 15_000,
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { pid: child.pid, ended: once(child, 'close'), out: () => text };
}
