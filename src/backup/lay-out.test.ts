import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { tarEnd, tarHeader, tarPadding } from '../artifacts/tar.ts';
import { knownMigrations } from '../store/migrate.ts';
import { layOut } from './lay-out.ts';

const signal = AbortSignal.timeout(120_000);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployer-lay-out-'));
});
afterEach(() => rm(folder, { recursive: true }));

const facts = {
  format: 'deployer-backup',
  v: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  by: 'ops@example.com',
  version: '9.0.0',
  home: '/home',
  migrations: knownMigrations,
  integrations: [],
};

test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
  [
    'of a newer version',
    { 'backup.json': { ...facts, migrations: [...knownMigrations, '9999-later'] } },
    /Deployer 9\.0\.0 wrote it, which is newer .*9999-later/,
  ],
  ['of a newer format', { 'backup.json': { ...facts, v: 2 } }, /newer than this one \(format 2/],
  ['of something else', { 'readme.txt': 'hello' }, /another kind of archive/],
  ['without its end', { 'backup.json': facts }, /no digests\.json at its end/],
  [
    'with a changed part',
    { 'backup.json': facts, 'digests.json': { 'backup.json': 'sha256:0' } },
    /backup\.json does not have the content/,
  ],
  [
    'without a part',
    { 'backup.json': facts, 'digests.json': { 'backup.json': digest(facts), 'database/1': 'sha256:0' } },
    /database\/1 is missing/,
  ],
  ['that leads outside', { 'backup.json': facts, '../evil': 'x' }, /entry "\.\.\/evil"/],
])('an archive %s is refused', async (_, entries, message) => {
  const archive = join(folder, 'other.tgz');
  const blocks = Object.entries(entries).flatMap(([path, value]) => {
    const content = Buffer.from(JSON.stringify(value));
    const header = tarHeader({ kind: 'file', path, size: content.length, executable: false });
    return [header, content, tarPadding(content.length)];
  });
  await writeFile(archive, gzipSync(Buffer.concat([...blocks, tarEnd])));
  const into = await mkdtemp(join(folder, 'into-'));
  const refused = layOut(archive, into, { migrations: knownMigrations, signal });
  await expect(refused).rejects.toMatchObject({
    code: 'backup_invalid',
    message: expect.stringMatching(message),
  });
  expect(await readdir(folder)).not.toContain('evil');
});

test('a pipe, which nobody may ever write to, is refused before it is opened', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const refused = layOut(pipe, join(folder, 'into'), { migrations: knownMigrations, signal });
  await expect(refused).rejects.toMatchObject({
    code: 'backup_invalid',
    message: expect.stringContaining('no regular file'),
  });
});

function digest(value: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;
}
