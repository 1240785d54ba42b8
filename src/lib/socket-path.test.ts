import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { socketPath } from './socket-path.ts';

const deep = `/home/${'deep/'.repeat(30)}api.sock`;
let temporary = '';

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'sockets-'));
});
afterEach(() => rmSync(temporary, { recursive: true }));

test('a path that the system can take stays', () => {
  expect(socketPath('/home/me/api.sock', temporary)).toBe('/home/me/api.sock');
});

test('a longer one gets a short place in a folder that is only this user’s, always the same', () => {
  const path = socketPath(deep, temporary);
  expect(path.startsWith(`${temporary}/deployer-`)).toBe(true);
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(107);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(socketPath(deep, temporary)).toBe(path);
  expect(socketPath(`${deep}2`, temporary)).not.toBe(path);
});

test('where the temporary folder is deep as well, the place is below /tmp', () => {
  expect(socketPath(deep, dirname(deep))).toMatch(/^\/tmp\/deployer-\d+\//);
});

test('a folder that others may enter is refused, and the way out is said', () => {
  const folder = join(temporary, `deployer-${process.getuid?.() ?? 0}`);
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  expect(() => socketPath(deep, temporary)).toThrow(
    expect.objectContaining({ code: 'home_invalid', hint: expect.stringContaining(`rm -r ${folder}`) }),
  );
});
