import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { untilTrue } from '../../test/harness/until.ts';
import { filesOfLog, rotateHeldLog, rotateLog } from './log-rotation.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  path = join(folder, 'a.log');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  ['moved aside', rotateLog],
  ['held open', rotateHeldLog],
])('of a log that is %s when it is long only three old ones are kept', async (_, rotate) => {
  rotate(path, 10);
  for (const content of [
    'first long line',
    'second long line',
    'third long line',
    'fourth long line',
    'short',
  ]) {
    await writeFile(path, content);
    rotate(path, 10);
  }
  expect((await readdir(folder)).toSorted()).toEqual(['a.log', 'a.log.1', 'a.log.2', 'a.log.3']);
  const texts = await Promise.all(filesOfLog(path).map((file) => readFile(file, 'utf8')));
  expect(texts).toEqual(['short', 'fourth long line', 'third long line', 'second long line']);
});

test('a program goes on writing to the same log, and no line is lost', async () => {
  const lines = 4000;
  const program = fileURLToPath(new URL('../../test/harness/talkative-program.ts', import.meta.url));
  // 180 KB: what is kept has room for all of it.
  const log = await open(path, 'a', 0o600);
  const child = spawn(process.execPath, [program, path, String(lines), '50000'], {
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const written = async (): Promise<readonly number[]> => {
    const there = filesOfLog(path).toReversed();
    const texts = await Promise.all(there.map((file) => readFile(file, 'utf8').catch(() => '')));
    return texts
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => Number.parseInt(line, 10));
  };
  try {
    await untilTrue('the last line', async () => (await written()).at(-1) === lines - 1);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  expect(await written()).toEqual(Array.from({ length: lines }, (_, n) => n));
  expect((await readdir(folder)).length).toBe(4);
});

test('where an earlier one was cut off, nothing older is dropped', async () => {
  await writeFile(`${path}.2`, 'older');
  await writeFile(path, 'a long, long line');
  rotateHeldLog(path, 10);
  expect(await readFile(`${path}.1`, 'utf8')).toBe('a long, long line');
  expect(await readFile(`${path}.2`, 'utf8')).toBe('older');
});
