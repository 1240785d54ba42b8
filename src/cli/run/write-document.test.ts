import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { documentStanding, replaceDocument } from './write-document.ts';

const own = (revision: number): string =>
  `# Code Deployment Document: 🎫 desk Agent Integration\n\n_Revision ${revision} of 2026-08-01 12:00 UTC._\n`;

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-document-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'document.md');
}

test('a document that Deployer wrote is written anew', async () => {
  const path = place();
  expect(await documentStanding(path)).toBe('missing');
  expect(await replaceDocument(path, own(1))).toBe('written');
  expect(await documentStanding(path)).toBe('own');
  expect(await replaceDocument(path, own(1))).toBe('same');
  expect(await replaceDocument(path, own(2))).toBe('written');
  expect(readFileSync(path, 'utf8')).toContain(own(2));
});

test('one that Git has given other ends of lines is still its own', async () => {
  const path = place();
  await replaceDocument(path, own(1));
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('\n', '\r\n'));
  expect(await documentStanding(path)).toBe('own');
});

test.each([
  ['in the middle', (text: string) => text.replace('desk', 'our desk')],
  ['with the seal taken off', (text: string) => text.replace(/\n<!--.*/s, '')],
  ['behind the seal', (text: string) => `${text}\nCall the hotline first.\n`],
  [
    'a line less',
    (text: string) => text.replace('_Revision 1 of 2026-08-01 12:00 UTC._\n', '_Revision 1 of _'),
  ],
])('one that somebody edited stays as it is: %s', async (_, edit) => {
  const path = place();
  await replaceDocument(path, own(1));
  const edited = edit(readFileSync(path, 'utf8'));
  writeFileSync(path, edited);
  expect(await documentStanding(path)).toBe('edited');
  expect(await replaceDocument(path, own(2))).toBe('edited');
  expect(readFileSync(path, 'utf8')).toBe(edited);
});

test.each(['# How we deploy\n\nBy hand.\n', `By hand.\n\n${own(1)}`, ''])(
  'a file that somebody else wrote stays as it is: %j',
  async (theirs) => {
    const path = place();
    writeFileSync(path, theirs);
    expect(await replaceDocument(path, own(1))).toBe('theirs');
    expect(readFileSync(path, 'utf8')).toBe(theirs);
  },
);

test('what is no file stays, too', async () => {
  const path = place();
  mkdirSync(path);
  expect(await replaceDocument(path, own(1))).toBe('theirs');
});
