import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { AccessLog } from '../../src/edge/worker/access-log.ts';
import { answeredLine } from './access-line.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
});

afterAll(async () => {
  execFileSync('umount', ['-l', folder]);
  await rm(folder, { recursive: true });
});

const line = { ...answeredLine, path: `/${'x'.repeat(1000)}` };

test('a disk that fills up within a batch costs the lines that did not fit, which are counted, and tears one', async () => {
  const [path, filler] = [join(folder, 'access.log'), join(folder, 'filler')];
  await writeFile(filler, Buffer.alloc(160 * 1024));
  await using log = new AccessLog(path);
  for (let written = 0; written < 200; written += 1) log.write(line);
  await log.flush();
  await rm(filler);
  log.write({ ...line, path: '/after' });
  await log.flush();

  const texts = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const whole = texts.filter((text) => text.endsWith('}')).map((text) => JSON.parse(text));
  const [{ dropped }] = whole.slice(-1);
  expect(whole.at(-2)).toEqual({ ...line, path: '/after' });
  expect(whole.slice(0, -2)).toEqual(Array.from({ length: 200 - dropped }, () => line));
  expect(texts.length - whole.length).toBe(1);
});
