import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { queueOf } from '../src/core/host.ts';
import { knownWorkflows } from '../src/engine/messages.ts';
import { startTestPostgres } from './harness/database.ts';
import { openEngineBed } from './harness/engine-bed.ts';
import { type RecordedRun, recordedRun, replay, stepsOf } from './harness/recorded-run.ts';

const recordings = join(import.meta.dirname, 'fixtures', 'recorded-runs');
const files = (await readdir(recordings)).filter((name) => name.endsWith('.json'));
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

test.each(files)('a run in flight goes on with this code where it was: %s', async (file) => {
  const before = JSON.parse(await readFile(join(recordings, file), 'utf8')) as RecordedRun;
  await replay(database.pool, before, queueOf(worker.host.id));
  const after = await recordedRun(database.pool, String(before.workflow['workflow_uuid']));
  expect(stepsOf(after)).toEqual(stepsOf(before));
  expect(after.workflow['status']).toBe(before.workflow['status']);
  expect(after.output?.['output']).toEqual(before.output?.['output']);
});
