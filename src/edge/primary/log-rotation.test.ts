import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { AccessLog, type AccessLine } from '../worker/access-log.ts';
import { rotateLog } from './log-rotation.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const line: AccessLine = {
  at: '2026-01-01T00:00:00.000Z',
  client: '127.0.0.1',
  method: 'GET',
  path: '/',
  status: 200,
  ms: 1,
  bytes: 2,
  deployment: 'production-1',
  preview: false,
  synthetic: false,
  error: null,
};

test('a log beyond its size is moved aside, and only three old ones are kept', async () => {
  const path = join(folder, 'access.log');
  await rotateLog(path, 10);
  for (const content of [
    'first long line',
    'second long line',
    'third long line',
    'fourth long line',
    'short',
  ]) {
    await writeFile(path, content);
    await rotateLog(path, 10);
  }
  expect((await readdir(folder)).toSorted()).toEqual([
    'access.log',
    'access.log.1',
    'access.log.2',
    'access.log.3',
  ]);
  expect(await readFile(`${path}.1`, 'utf8')).toBe('fourth long line');
  expect(await readFile(`${path}.3`, 'utf8')).toBe('second long line');
});

test('lines are written whole, in order, and to the new file after a rotation', async () => {
  const path = join(folder, 'access.log');
  const log = new AccessLog(path);
  for (let index = 0; index < 1000; index += 1) log.write({ ...line, bytes: index });
  await log.flush();
  await rotateLog(path, 10);
  log.write({ ...line, bytes: 1000 });
  await log.flush();
  const lines = [
    ...(await readFile(`${path}.1`, 'utf8')).trimEnd().split('\n'),
    (await readFile(path, 'utf8')).trimEnd(),
  ];
  expect(lines.map((text) => JSON.parse(text).bytes)).toEqual(
    Array.from({ length: 1001 }, (_, index) => index),
  );
});

test('a log that cannot be written says what was lost once it can', async () => {
  const path = join(folder, 'absent', 'access.log');
  const log = new AccessLog(path);
  log.write(line);
  log.write(line);
  await log.flush();
  await mkdir(join(folder, 'absent'));
  log.write(line);
  await log.flush();
  const lines = (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(lines).toEqual([line, { dropped: 2 }]);
});
