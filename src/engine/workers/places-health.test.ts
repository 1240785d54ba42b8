import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import type { EdgeObservation, Edges } from '../../core/switching/edge.ts';
import type { Observation, ReplicaObservation } from '../../core/places/target.ts';
import { placesHealth } from './places-health.ts';
import type { LocalPlaces, RecordedProcess } from './recorded-places.ts';

const signal = AbortSignal.timeout(10_000);
const runs: RecordedProcess = { pid: 42, isRunning: true };
const gone: RecordedProcess = { pid: 42, isRunning: false };
const ready: Observation = {
  state: 'ready',
  reason: null,
  components: [],
  endpoints: [],
  workersActive: null,
};
const absent: Observation = { ...ready, state: 'absent', reason: 'Nothing of it runs.' };

function degraded(restarts: number): Observation {
  const replica: ReplicaObservation = {
    index: 0,
    state: 'starting',
    pid: 1,
    address: null,
    restarts,
    crashes: 0,
    startedAt: null,
    reason: null,
  };
  const components = [{ name: 'digest', replicas: [replica] }];
  return { ...ready, state: 'degraded', reason: 'Replica 0 of digest is starting.', components };
}

/** A home with one edge and one deployment, as they are seen. */
async function health(seen: Observation, supervisor: RecordedProcess | null, hasEdge = true) {
  const root = await mkdtemp(join(tmpdir(), 'deployer-places-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'environments', 'desk', 'dev', 'deployments', 'dev-2'), { recursive: true });
  const edge: EdgeObservation = {
    generation: 3,
    table: { v: 1, generation: 3, rules: [], previews: {} },
    backends: {},
    deployments: {},
    previews: {},
    refused: {},
    readyWorkers: 1,
    isOutdated: false,
  };
  const unused = (): never => {
    throw new Error('a look changed something');
  };
  const edges: Edges = {
    ensure: unused,
    address: unused,
    freePort: unused,
    put: unused,
    stop: unused,
    observe: () => Promise.resolve(hasEdge ? edge : null),
  };
  const places: LocalPlaces = {
    edges,
    edgeProcess: () => Promise.resolve({ pid: 41, isRunning: hasEdge }),
    processes: {
      observe: () => Promise.resolve(seen),
      stop: unused,
      supervisor: () => Promise.resolve(supervisor),
      wideListeners: () => Promise.resolve([]),
    },
  };
  return await placesHealth(places, root, signal);
}

test('what runs is told with its process', async () => {
  expect(await health(ready, runs)).toEqual([
    { name: 'edge of desk/dev', ok: true, detail: 'process 41, generation 3', hint: null },
    { name: 'desk/dev-2', ok: true, detail: 'process 42, its components are ready', hint: null },
  ]);
});

test('a deployment whose supervisor was killed is not well; one that was ended is no finding', async () => {
  expect((await health(absent, gone))[1]).toMatchObject({
    name: 'desk/dev-2',
    ok: false,
    detail: 'its supervisor (process 42) is gone, and its components with it',
  });
  expect(await health(absent, null)).toHaveLength(1);
});

test('where nothing runs at all, nothing is missing', async () => {
  expect(await health(absent, gone, false)).toEqual([]);
});

test('a worker that a switch has just handed over to is well; one that starts again is not', async () => {
  expect((await health(degraded(0), runs))[1]).toMatchObject({ ok: true, hint: null });
  expect((await health(degraded(1), runs))[1]).toMatchObject({ ok: false });
});
