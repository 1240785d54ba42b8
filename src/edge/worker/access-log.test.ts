import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { rotateLog } from '../../lib/log-rotation.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import { answeredLine as line } from '../../../test/edge/access-line.ts';
import { AccessLog } from './access-log.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('lines are written whole, in order, and to the new file after a rotation', async () => {
  const path = join(folder, 'access.log');
  await using log = new AccessLog(path, { keepOpenMs: 0 });
  for (let index = 0; index < 1000; index += 1) log.write({ ...line, bytes: index });
  await log.flush();
  rotateLog(path, 10);
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
  await using log = new AccessLog(path);
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

test('one that is held open is left soon after it was moved aside', async () => {
  const path = join(folder, 'access.log');
  await using log = new AccessLog(path, { keepOpenMs: 20 });
  const isThere = async (): Promise<true | null> => {
    log.write(line);
    await log.flush();
    return existsSync(path) ? true : null;
  };
  await isThere();
  rotateLog(path, 10);
  await waitUntil(isThere, { timeoutMs: 10_000, what: 'the new file', hint: 'see the test' });
});

test('beyond what may wait lines are dropped and counted, and none is torn', async () => {
  const path = join(folder, 'access.log');
  await using log = new AccessLog(path);
  const long = { ...line, path: `/${'é'.repeat(40_000)}` };
  for (let index = 0; index < 100; index += 1) log.write(long);
  await log.flush();
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const last = JSON.parse(lines.pop() ?? '');
  expect(last.dropped).toBe(100 - lines.length);
  expect(lines.length).toBeGreaterThan(5);
  for (const text of lines) expect(JSON.parse(text)).toEqual(long);
});
