import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openArtifactFolder } from './artifact-folder.ts';
import { sweepArtifacts } from './sweep.ts';

const signal = AbortSignal.timeout(20_000);
const dayMs = 24 * 3_600_000;
let scratch: string;
let store: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'deployer-sweep-'));
  store = join(scratch, 'artifacts');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function pack(component: string): Promise<string> {
  const folder = join(scratch, component);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'main.mjs'), `console.log('${component}')`);
  return (await openArtifactFolder(store).pack({ component, folder, exclude: [] }, signal)).digest;
}

async function ageAll(): Promise<void> {
  const folder = join(store, 'blobs', 'sha256');
  const old = new Date(Date.now() - 2 * dayMs);
  for (const name of await readdir(folder)) await utimes(join(folder, name), old, old);
}

const sweep = (manifests: readonly string[], isDryRun = false) =>
  sweepArtifacts(store, { manifests, nowMs: Date.now(), youngMs: dayMs, isDryRun }, signal);

test('what no kept manifest names goes, and what one shares with others stays', async () => {
  const kept = await pack('kept');
  await pack('gone');
  await ageAll();
  expect(await sweep([kept], true)).toMatchObject({ blobs: 2 });
  expect(await sweep([kept])).toMatchObject({ blobs: 2 });
  await openArtifactFolder(store).verify(kept, signal);
  expect(await readdir(join(store, 'blobs', 'sha256'))).toHaveLength(3);
  expect(await sweep([kept])).toEqual({ blobs: 0, bytes: 0 });
});

test('what a run has just packed stays, also when equal content was old', async () => {
  const again = await pack('again');
  await ageAll();
  await pack('again');
  expect(await sweep([])).toEqual({ blobs: 0, bytes: 0 });
  await openArtifactFolder(store).verify(again, signal);
});

test('beside a run that packs the very content that goes, what it packed is whole', async () => {
  for (let round = 0; round < 20; round += 1) {
    const digest = await pack('both');
    await ageAll();
    await Promise.all([sweep([]), pack('both')]);
    await openArtifactFolder(store).verify(digest, signal);
  }
});

test('nothing goes while a kept manifest cannot be read: what it needs is unknown', async () => {
  await pack('gone');
  await ageAll();
  const missing = `sha256:${'0'.repeat(64)}`;
  await expect(sweep([missing])).rejects.toMatchObject({ code: 'artifact_damaged' });
  expect(await readdir(join(store, 'blobs', 'sha256'))).toHaveLength(3);
});

test('a store that was never used has nothing to sweep', async () => {
  expect(await sweep([])).toEqual({ blobs: 0, bytes: 0 });
});
