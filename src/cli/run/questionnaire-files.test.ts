import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { writeChanges } from './questionnaire-files.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'deployer-files-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('nothing is written when somebody else has written meanwhile, not even the other file', async () => {
  const [one, other] = ['one', 'other'].map((name) => join(folder(), name));
  writeFileSync(one ?? '', 'theirs');
  const changes = [
    { file: other ?? '', before: null, after: 'new' },
    { file: one ?? '', before: 'read before', after: 'ours' },
  ];
  await expect(writeChanges(changes)).rejects.toMatchObject({ code: 'file_changed' });
  expect(readFileSync(one ?? '', 'utf8')).toBe('theirs');
  expect(() => statSync(other ?? '')).toThrow('ENOENT');
});

test('a file keeps its mode, a link stays one, and folders are made', async () => {
  const place = folder();
  const [file, link, fresh] = ['file', 'link', 'deployment/answers.yaml'].map((name) => join(place, name));
  writeFileSync(file ?? '', 'old');
  chmodSync(file ?? '', 0o640);
  symlinkSync('file', link ?? '');
  const written = await writeChanges([
    { file: link ?? '', before: 'old', after: 'new' },
    { file: fresh ?? '', before: null, after: 'answers' },
    { file: join(place, 'same'), before: null, after: '' },
  ]);
  expect(written).toEqual([link, fresh]);
  expect(lstatSync(link ?? '').isSymbolicLink()).toBe(true);
  expect(readFileSync(file ?? '', 'utf8')).toBe('new');
  expect(statSync(file ?? '').mode & 0o777).toBe(0o640);
  expect(statSync(fresh ?? '').mode & 0o044).not.toBe(0);
});
