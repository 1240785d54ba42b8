import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { makeFolder } from './make-folder.ts';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('everything that is missing is made, with the mode; what is there stays as it is', () => {
  const root = scratch();
  const before = statSync(root).mode;
  const path = join(root, 'a', 'b', 'c');
  makeFolder(path, 0o700);
  makeFolder(path, 0o755);
  expect(['a', 'a/b', 'a/b/c'].map((each) => statSync(join(root, each)).mode & 0o777)).toEqual(
    Array(3).fill(0o700),
  );
  expect(statSync(root).mode).toBe(before);
});

test('below a file nothing can be made', () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(join(file, 'below'), 0o700)).toThrow(/ENOTDIR/);
});

test.skipIf(!existsSync('/proc/self'))(
  'a file system that makes nothing is an error, not an endless try',
  () => {
    expect(() => makeFolder('/proc/x/y', 0o700)).toThrow(/ENOENT/);
  },
);
