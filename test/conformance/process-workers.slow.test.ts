import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';

import type { Preparation } from '../../src/core/places/target.ts';
import { claimExclusively } from '../../src/lib/exclusive-claim.ts';
import { identifyProcess } from '../../src/lib/process-identity.ts';
import { deploymentFolder } from '../../src/targets/supervised/layout.ts';
import type { SupervisorRecord } from '../../src/targets/supervised/supervisor-record.ts';
import { leashOf, openProcessHarness } from './process-harness.ts';
import { ref, soon, untilObserved } from './target-harness.ts';
import { useTestBed } from './test-bed.ts';

const bed = useTestBed(openProcessHarness);
const doomed: (() => void)[] = [];

afterEach(() => {
  for (const end of doomed.splice(0)) end();
});

/** A deployment with a worker that works. */
async function withWorker(): Promise<Preparation> {
  const desk = bed.deployment([
    { name: 'gateway', isPublic: true },
    { name: 'digest', activation: 'when-live', port: null, health: { seconds: 1 } },
  ]);
  await bed.target.prepare(desk, soon());
  await bed.target.startWorkers(ref(desk), soon());
  return desk;
}

async function workerOf(desk: Preparation): Promise<number> {
  const { components } = await bed.target.observe(ref(desk), soon());
  return components.find(({ name }) => name === 'digest')?.replicas[0]?.pid ?? 0;
}

function folderOf(desk: Preparation): ReturnType<typeof deploymentFolder> {
  return deploymentFolder(bed.harness.home, desk);
}

async function killSupervisor(desk: Preparation): Promise<void> {
  const { pid } = JSON.parse(await readFile(folderOf(desk).supervisor, 'utf8')) as SupervisorRecord;
  process.kill(pid, 'SIGKILL');
  await untilObserved(bed.target, desk, ({ state }) => state === 'absent');
}

test('workers that were told to end while nothing ran do not start with the rest', async () => {
  const desk = await withWorker();
  await killSupervisor(desk);
  await bed.target.stopWorkers(ref(desk), soon());
  await bed.target.prepare(desk, soon());
  expect(await bed.target.observe(ref(desk), soon())).toMatchObject({ state: 'ready', workersActive: false });
});

test('workers are not told to have ended while a supervisor is being started that may start them', async () => {
  const desk = await withWorker();
  await killSupervisor(desk);
  // What a supervisor has before it can be asked: the claim, and no record.
  const starting = spawn('sleep', ['60'], { stdio: 'ignore' });
  doomed.push(() => starting.kill('SIGKILL'));
  await once(starting, 'spawn');
  const identity = await identifyProcess(starting.pid ?? 0);
  if (identity === null) throw new Error('nothing was started');
  expect(await claimExclusively(folderOf(desk).root, 'supervisor', identity)).toBe(true);

  const order: string[] = [];
  const stopping = bed.target.stopWorkers(ref(desk), soon()).then(() => order.push('no worker runs'));
  // Takes longer than any answer of a file system.
  await bed.target.prepare(bed.deployment([{ name: 'gateway', isPublic: true }]), soon());
  order.push('it ends');
  starting.kill('SIGKILL');
  await stopping;
  expect(order).toEqual(['it ends', 'no worker runs']);
});

test('a worker that outlives its supervisor has ended when it is said to have', async () => {
  const desk = await withWorker();
  const worker = await workerOf(desk);
  process.kill(await leashOf(worker), 'SIGKILL');
  await killSupervisor(desk);
  expect(await identifyProcess(worker)).not.toBeNull();
  await bed.target.stopWorkers(ref(desk), soon());
  expect(await identifyProcess(worker)).toBeNull();
});
