import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

import {
  deadline,
  defaultSettings,
  type EdgeUnderTest,
  eventually,
  startTestEdge,
  startUpstream,
} from '../../test/edge/edge-harness.ts';
import { copiedPrograms } from '../../test/edge/edge-of-copy.ts';
import { workersOf } from '../../test/edge/edge-workers.ts';
import type { EdgeObservation } from '../core/switching/edge.ts';
import { isRunning } from '../lib/process-identity.ts';
import type { EdgeRecord } from './edge-record.ts';
import { processEdges } from './edges.ts';
import { messagesVersion } from './worker-messages.ts';

const started: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of started.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

async function edgeWithRoute(): Promise<EdgeUnderTest> {
  const edge = await startTestEdge();
  started.push(edge);
  const upstream = await startUpstream('one');
  started.push(upstream);
  await edge.route('production-1', [upstream]);
  return edge;
}

async function killWorkers(edge: EdgeUnderTest, count: number): Promise<void> {
  for (const pid of (await workersOf(edge)).slice(0, count)) process.kill(pid, 'SIGKILL');
}

function observed(edge: EdgeUnderTest): Promise<EdgeObservation | null> {
  return edge.edges.observe(edge.ref, deadline());
}

test('an edge whose workers do not start any more takes changes, says so, and is none when that lasts', async () => {
  const edge = await edgeWithRoute();
  const programs = await copiedPrograms(edge);
  const broken = await programs.startEdge(1);
  await programs.change(
    'worker/main.ts',
    "say({ type: 'hello'",
    "throw new Error('broken');\nsay({ type: 'hello'",
  );
  await killWorkers(edge, 1);
  await eventually('the worker to be gone', async () => (await observed(edge))?.readyWorkers === 0);
  const upstream = await startUpstream('two');
  started.push(upstream);
  await edge.route('production-2', [upstream]);

  const edges = processEdges({ home: edge.home, longestSilenceMs: 1_000 });
  await eventually('the edge to be given up', async () => {
    return (await edges.observe(edge.ref, deadline())) === null;
  });
  expect(await isRunning(broken)).toBe(true);
  const log = await readFile(join(edge.folder, 'edge.log'), 'utf8');
  expect(log.match(/a worker did not start/g)).toHaveLength(1);

  expect(await edges.ensure(edge.ref, defaultSettings, deadline())).toEqual(edge.address);
  expect(await isRunning(broken)).toBe(false);
  expect((await edge.getAnew('/')).deployment).toBe('production-2');
});

/** As an edge runs on when the programs beneath it become those of a Deployer with other messages. */
async function upgradedBeneath(edge: EdgeUnderTest, workers: number): Promise<EdgeRecord> {
  const programs = await copiedPrograms(edge);
  const older = 'messagesVersion = 0;';
  const now = `messagesVersion = ${messagesVersion};`;
  await programs.change('worker-messages.ts', now, older);
  const record = await programs.startEdge(workers);
  await programs.change('worker-messages.ts', older, now);
  return record;
}

test('an edge whose programs were replaced serves on with the workers that it has, and is known to be older', async () => {
  const edge = await edgeWithRoute();
  const older = await upgradedBeneath(edge, 2);
  expect(await observed(edge)).toMatchObject({ readyWorkers: 2, isOutdated: true });
  await killWorkers(edge, 1);
  const logged = (): Promise<string> => readFile(join(edge.folder, 'edge.log'), 'utf8');
  await eventually('the next worker to be refused', async () =>
    (await logged()).includes('another Deployer'),
  );
  expect(await observed(edge)).toMatchObject({ readyWorkers: 1, isOutdated: true });
  expect(await edge.edges.ensure(edge.ref, { ...defaultSettings, workers: 2 }, deadline())).toEqual(
    edge.address,
  );
  expect(await isRunning(older)).toBe(true);
  expect((await edge.getAnew('/')).deployment).toBe('production-1');
});

test('an edge whose programs were replaced is none without a worker, and the next one is of the new ones', async () => {
  const edge = await edgeWithRoute();
  const older = await upgradedBeneath(edge, 1);
  await killWorkers(edge, 1);
  await eventually('the edge to be given up', async () => (await observed(edge)) === null);
  expect(await edge.edges.ensure(edge.ref, defaultSettings, deadline())).toEqual(edge.address);
  expect(await isRunning(older)).toBe(false);
  expect(await observed(edge)).toMatchObject({ readyWorkers: 1, isOutdated: false });
  expect((await edge.getAnew('/')).deployment).toBe('production-1');
});
