import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { queueOf } from '../src/core/workers/host.ts';
import { sha256 } from '../src/lib/canonical-json.ts';
import { knownWorkflows } from '../src/engine/messages.ts';
import { startTestPostgres } from './harness/database.ts';
import { openEngineBed } from './harness/engine-bed.ts';
import { type RecordedRun, recordedRun, replay, stepsOf } from './harness/recorded-run.ts';

const recordings = join(import.meta.dirname, 'fixtures', 'recorded-runs');
const files = (await readdir(recordings)).filter((name) => name.endsWith('.json'));
/**
 * They were recorded when their interpreter was published, and are never recorded anew: one that takes other steps gets
 * another name (`pipeline@2`), a recording of its own, and a line here.
 */
const frozen: Readonly<Record<string, string>> = {
  'pipeline@1-failed-and-undone.json':
    'sha256:023f8df36580cec0e9495faff9546efd7e54564ca0fb6c000022736353ba0577',
  'pipeline@1-through-every-kind-of-gate.json':
    'sha256:5dc0910ce2ccfa3afcac7e52dd9bc1f762e0a3832242a7ed132fc8f4827ceae7',
  'pipeline@1-undecided-then-retried.json':
    'sha256:b3860bbcee795a572749f2490644a36eb9430e88613e8720c57073e75748bcf5',
  'rollback@1-to-a-warm-deployment.json':
    'sha256:bb63b6a2c65510978b94937466263bc7db03fc72e462f80c242e4f7c7a526f85',
};
const postgres = await startTestPostgres();
const folder = await mkdtemp(join(tmpdir(), 'deployer-replay-'));
const bed = await openEngineBed({ connectionString: await postgres.createDatabase(), folder });
const { database, worker } = bed.parts;

afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('every workflow that this version interprets has a recorded run', () => {
  const recorded = new Set(files.map((file) => file.slice(0, file.indexOf('-'))));
  expect([...recorded].toSorted()).toEqual([...knownWorkflows].toSorted());
});

test('recordings stay as they were when their interpreter was published', async () => {
  const found = await Promise.all(
    files.map(async (file) => [file, sha256(await readFile(join(recordings, file)))] as const),
  );
  expect(Object.fromEntries(found)).toEqual(frozen);
});

test.each(files)('a run in flight goes on with this code where it was: %s', async (file) => {
  const before = JSON.parse(await readFile(join(recordings, file), 'utf8')) as RecordedRun;
  await replay(database.pool, before, queueOf(worker.host.id));
  const after = await recordedRun(database.pool, String(before.workflow['workflow_uuid']));
  expect(stepsOf(after)).toEqual(stepsOf(before));
  expect(after.workflow['status']).toBe(before.workflow['status']);
  expect(after.output?.['output']).toEqual(before.output?.['output']);
});
