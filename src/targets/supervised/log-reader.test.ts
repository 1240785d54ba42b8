import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { emptyRedactor } from '../../core/secrets/redaction.ts';
import { type DeploymentFolder, folderAt } from './layout.ts';
import { lastLines, readLogs } from './log-reader.ts';
import { LogFile } from './supervisor/log-file.ts';

let folder: DeploymentFolder;
let files: LogFile[];

beforeEach(async () => {
  folder = folderAt(await mkdtemp(join(tmpdir(), 'logs-')));
  await mkdir(folder.logs);
  files = [];
});

afterEach(async () => {
  await Promise.all(files.map((file) => file.close()));
  await rm(folder.root, { recursive: true });
});

test('lines go to new segments as they fill, and the oldest segments go', async () => {
  const file = logFile({ segmentBytes: 500, segments: 3 });
  for (let n = 1; n <= 40; n += 1) await file.append('stdout', [`line ${n}`]);
  const names = (await readdir(folder.logs)).toSorted();
  expect(names).toHaveLength(3);
  expect(names[0]).not.toBe('gateway.0.000001.jsonl');
  const lines = await read({ tail: null });
  expect(lines.at(-1)).toBe('line 40');
  expect(lines).toEqual(lines.toSorted((a, b) => Number(a.slice(5)) - Number(b.slice(5))));
});

test.for([0, 1, 4, 5, 17, 1000])(
  'the newest %d lines are found across segments and replicas',
  async (tail) => {
    const [a, b] = [
      logFile({ segmentBytes: 400, segments: 50 }),
      logFile({ replica: 1, segmentBytes: 400, segments: 50 }),
    ];
    for (let n = 0; n < 20; n += 1) {
      await (n % 2 === 0 ? a : b).append('stdout', [`line ${n}`]);
      await nextMillisecond();
    }
    const all = Array.from({ length: 20 }, (_, n) => `line ${n}`);
    expect(await read({ tail })).toEqual(tail === 0 ? [] : all.slice(-tail));
  },
);

test('a supervisor that is killed in the middle of a line costs that line only', async () => {
  const before = logFile();
  await before.append('stdout', ['one']);
  await before.close();
  await writeFile(join(folder.logs, 'gateway.0.000001.jsonl'), '{"at":"2026-01-', { flag: 'a' });
  await logFile().append('stdout', ['two']);
  expect(await read({ tail: null })).toEqual(['one', 'two']);
  expect(await read({ tail: 5 })).toEqual(['one', 'two']);
});

test('following goes on across segments, and finds replicas that come later', async () => {
  const file = logFile({ segmentBytes: 300, segments: 50 });
  await file.append('stdout', ['line 0']);
  const enough = new AbortController();
  const seen: string[] = [];
  for await (const { line, replica } of readLogs(
    folder,
    { component: null, tail: 1, follow: true },
    enough.signal,
  )) {
    seen.push(`${replica} ${line}`);
    if (seen.length === 1) for (let n = 1; n <= 20; n += 1) await file.append('stderr', [`line ${n}`]);
    if (seen.length === 21) await logFile({ replica: 1 }).append('stdout', ['hello']);
    if (seen.length === 22) enough.abort();
  }
  expect(seen).toEqual([...Array.from({ length: 21 }, (_, n) => `0 line ${n}`), '1 hello']);
});

test('the last lines of one replica are those of no other', async () => {
  await logFile().append('stderr', ['a', 'b', 'c']);
  await logFile({ replica: 1 }).append('stderr', ['other']);
  const lines = await lastLines(folder, { component: 'gateway', replica: 0, count: 2 });
  expect(lines.map(({ line }) => line)).toEqual(['b', 'c']);
  expect(await lastLines(folder, { component: 'agent', replica: 0, count: 2 })).toEqual([]);
});

test('lines that cannot be stored are counted, and the count is stored when that works again', async () => {
  const problems: unknown[] = [];
  await rm(folder.logs, { recursive: true });
  const file = logFile({ onProblem: (error) => problems.push(error) });
  await file.append('stdout', ['lost', 'lost too']);
  await file.append('stdout', ['lost as well']);
  expect(problems).toHaveLength(1);
  await mkdir(folder.logs);
  await file.append('stdout', ['kept']);
  expect(await read({ tail: null })).toEqual([
    'deployer: 3 lines could not be stored before this one',
    'kept',
  ]);
});

function logFile(own: Partial<ConstructorParameters<typeof LogFile>[0]> = {}): LogFile {
  const file = new LogFile({
    folder: folder.logs,
    deployment: 'production-1',
    component: 'gateway',
    replica: 0,
    segmentBytes: 1_000_000,
    segments: 3,
    redactor: emptyRedactor,
    onProblem: (error) => {
      throw error;
    },
    ...own,
  });
  files.push(file);
  return file;
}

async function read({ tail }: { readonly tail: number | null }): Promise<readonly string[]> {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(10_000);
  for await (const { line } of readLogs(folder, { component: null, tail, follow: false }, signal))
    lines.push(line);
  return lines;
}

/** Lines of different replicas are ordered by time, which is stored in milliseconds. */
async function nextMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now;) await new Promise(setImmediate);
}
