import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { prepareHomeFolder } from './home-folder.ts';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-home-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a missing home is made, private to its owner', async () => {
  const home = join(scratch(), 'state', 'deployer');
  await prepareHomeFolder(home);
  expect(statSync(home).mode & 0o777).toBe(0o700);
});

test('a folder of the user that others can read becomes private', async () => {
  const home = scratch();
  chmodSync(home, 0o755);
  await prepareHomeFolder(home);
  expect(statSync(home).mode & 0o777).toBe(0o700);
});

test('what is not a folder is refused', async () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, '');
  for (const home of [file, join(file, 'below')]) {
    await expect(prepareHomeFolder(home)).rejects.toMatchObject({ code: 'home_invalid' });
  }
});

test.skipIf(!existsSync('/proc/self'))('a home where no folder can be made is refused at once', async () => {
  await expect(prepareHomeFolder('/proc/x')).rejects.toMatchObject({
    code: 'home_invalid',
    message: "/proc/x cannot be Deployer's home: no folder can be made there.",
  });
});

test.skipIf(process.getuid?.() !== 0)('a folder of another user is refused', async () => {
  const home = scratch();
  chownSync(home, 12_345, 12_345);
  await expect(prepareHomeFolder(home)).rejects.toMatchObject({
    code: 'home_invalid',
    message: `${home} cannot be Deployer's home: it belongs to another user.`,
  });
  expect(statSync(home).mode & 0o777).toBe(0o700);
});
