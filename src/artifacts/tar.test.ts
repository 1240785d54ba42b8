import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { sha256 } from '../lib/canonical-json.ts';
import { ArchiveError, readTar, tarEnd, type TarEntry, tarHeader, tarPadding } from './tar.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'deployer-tar-'));
});
afterAll(() => {
  rmSync(place, { recursive: true, force: true });
});

const long = `${'long/'.repeat(30)}ünïcode`;
const everything: readonly TarEntry[] = [
  { kind: 'folder', path: 'dir' },
  { kind: 'file', path: 'dir/file', size: 5, executable: true },
  { kind: 'file', path: 'empty', size: 0, executable: false },
  { kind: 'link', path: 'link', target: long },
  { kind: 'file', path: `${'x'.repeat(120)}.txt`, size: 512, executable: false },
  { kind: 'file', path: 'zeile\numbruch ä', size: 3, executable: false },
];

test('the bytes of an archive never change: every stored digest depends on them', () => {
  expect(sha256(archive(everything))).toBe(
    'sha256:db57f54ceb28c652aecd67fedad2c27fdc9fd06414667789fe0a2c4e951aa757',
  );
});

test('the tar of the system reads it', () => {
  const path = join(place, 'all.tar');
  const into = mkdtempSync(join(place, 'out-'));
  writeFileSync(path, archive(everything));
  execFileSync('tar', ['-xf', path, '-C', into]);
  expect(readFileSync(join(into, 'dir/file'), 'utf8')).toBe('.....');
  expect(statSync(join(into, 'dir/file')).mode & 0o777).toBe(0o755);
  expect(readlinkSync(join(into, 'link'))).toBe(long);
  expect(statSync(join(into, `${'x'.repeat(120)}.txt`)).size).toBe(512);
  expect(statSync(join(into, 'zeile\numbruch ä')).size).toBe(3);
});

test('what is written is read, whatever the names and sizes', async () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 120 })
    .filter((text) => !/[\0/]/.test(text) && text.isWellFormed());
  const entry: fc.Arbitrary<TarEntry> = fc.oneof(
    fc.record({ kind: fc.constant('folder' as const), path: name }),
    fc.record({ kind: fc.constant('link' as const), path: name, target: name }),
    fc.record({
      kind: fc.constant('file' as const),
      path: name,
      size: fc.nat(2000),
      executable: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
      expect(await entriesIn(archive(entries))).toEqual(entries);
    }),
    { numRuns: 60 },
  );
});

test('a file beyond 8 GiB keeps its size', async () => {
  const entry: TarEntry = { kind: 'file', path: 'big', size: 9 * 2 ** 30, executable: false };
  const path = join(place, 'big.tar');
  writeFileSync(path, tarHeader(entry));
  const file = await open(path, 'r');
  try {
    const first = await readTar(file).next();
    expect(first.value).toMatchObject({ entry });
  } finally {
    await file.close();
  }
});

test.each<[string, (bytes: Buffer) => Buffer, string]>([
  ['cut off', (bytes) => bytes.subarray(0, 700), 'cut off'],
  ['empty', () => Buffer.alloc(0), 'cut off'],
  ['other content', () => Buffer.alloc(1024, 'x'), 'no tar header at byte 0'],
  [
    'a changed header',
    (bytes) => Buffer.concat([Buffer.from('D'), bytes.subarray(1)]),
    'no tar header at byte 0',
  ],
])('%s is no archive', async (_, change, message) => {
  await expect(entriesIn(change(archive(everything)))).rejects.toThrow(ArchiveError);
  await expect(entriesIn(change(archive(everything)))).rejects.toThrow(message);
});

test('a hard link or a device in an archive of someone else is refused', async () => {
  mkdirWithHardLink();
  const path = join(place, 'hard.tar');
  execFileSync('tar', ['--format=ustar', '-cf', path, '-C', join(place, 'hard'), 'a', 'b']);
  await expect(entriesIn(readFileSync(path))).rejects.toThrow('of a kind that a bundle does not have');
});

function mkdirWithHardLink(): void {
  execFileSync('sh', ['-c', 'mkdir hard && echo x > hard/a && ln hard/a hard/b'], { cwd: place });
}

/** Files are full of dots. */
function archive(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const size = entry.kind === 'file' ? entry.size : 0;
    return [tarHeader(entry), Buffer.alloc(size, '.'), tarPadding(size)];
  });
  return Buffer.concat([...blocks, tarEnd]);
}

async function entriesIn(bytes: Buffer): Promise<readonly TarEntry[]> {
  const path = join(place, 'read.tar');
  writeFileSync(path, bytes);
  const file = await open(path, 'r');
  try {
    const found: TarEntry[] = [];
    for await (const { entry } of readTar(file)) found.push(entry);
    return found;
  } finally {
    await file.close();
  }
}
