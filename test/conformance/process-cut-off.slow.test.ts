import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';

import { DeployerError } from '../../src/errors.ts';
import { pointsVariable } from '../../src/lib/named-point.ts';
import { isRunning, signalProcess } from '../../src/lib/process-identity.ts';
import { deploymentFolder } from '../../src/targets/supervised/layout.ts';
import { livingSupervisor, type SupervisorRecord } from '../../src/targets/supervised/supervisor-record.ts';
import { untilTrue } from '../harness/until.ts';
import { openPoints, type Points } from '../kill/points.ts';
import { openProcessHarness, untilGone } from './process-harness.ts';
import { ask, ref, soon, storedLines, untilObserved, untilStored } from './target-harness.ts';
import { useTestBed } from './test-bed.ts';

type Deployment = ReturnType<typeof bed.deployment>;

const bed = useTestBed(openProcessHarness);

afterEach(() => {
  delete process.env[pointsVariable];
});

const cancelled = new DeployerError('cancelled', {
  message: 'The run was cancelled.',
  hint: 'deployer runs',
});

async function supervisorOf({ deployment }: Deployment): Promise<SupervisorRecord> {
  const place = { integration: 'triage-desk', environment: 'production', deployment };
  const found = await livingSupervisor(deploymentFolder(bed.harness.home, place));
  if (found === null) throw new Error(`${deployment} has no supervisor`);
  return found;
}

async function ended(deployment: Deployment): Promise<readonly string[]> {
  return (await storedLines(bed.target, deployment)).map(({ line }) => line);
}

/** A folder of named points for the supervisors that are started from now on. */
async function pointsOfSupervisors(): Promise<Points> {
  const folder = await mkdtemp(join(tmpdir(), 'deployer-points-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  process.env[pointsVariable] = folder;
  return await openPoints(folder);
}

test.each([
  ['is cancelled', cancelled],
  ['has left', new Error('nobody waits any more')],
])(
  'whoever stops it %s during the drain: it drains to its end, and the supervisor ends with it',
  async (_, reason) => {
    const slow = bed.deployment([{ name: 'gateway', isPublic: true, env: { DRAIN_MS: '1000' } }]);
    await bed.target.prepare(slow, soon());
    const { pid } = await supervisorOf(slow);
    const stopper = new AbortController();
    const stopped = bed.target.stop(ref(slow), stopper.signal);
    await untilStored(bed.target, slow, 'gateway stopping');
    stopper.abort(reason);
    await expect(stopped).rejects.toBe(reason);

    await untilGone(pid);
    expect(await ended(slow)).toContain('gateway stopped');
    expect(await bed.target.observe(ref(slow), soon())).toMatchObject({ state: 'absent', endpoints: [] });
    await bed.target.prepare(slow, soon());
    expect(await ask((await bed.target.observe(ref(slow), soon())).endpoints[0], '/')).toMatchObject({
      name: 'gateway',
    });
  },
);

test('what is to run again while it ends starts when it has ended, and never beside it', async () => {
  const slow = bed.deployment([{ name: 'gateway', isPublic: true, env: { DRAIN_MS: '1000' } }]);
  await bed.target.prepare(slow, soon());
  const stopper = new AbortController();
  const stopped = bed.target.stop(ref(slow), stopper.signal);
  await untilStored(bed.target, slow, 'gateway stopping');
  stopper.abort(cancelled);
  await expect(stopped).rejects.toBe(cancelled);
  await bed.target.prepare(slow, soon());
  await untilObserved(bed.target, slow, ({ state }) => state === 'ready');
  expect(await ended(slow)).toEqual([
    'gateway started',
    'gateway stopping',
    'gateway stopped',
    'gateway started',
  ]);
});

test('a supervisor that has ended its components and lives on is as good as none', async () => {
  const points = await pointsOfSupervisors();
  await points.close('supervisor: components ended');
  const desk = bed.deployment([{ name: 'gateway', isPublic: true, drainMs: 100 }]);
  await bed.target.prepare(desk, soon());
  const before = await supervisorOf(desk);
  const stopper = new AbortController();
  const stopped = bed.target.stop(ref(desk), stopper.signal);
  await points.stoppedAt('supervisor: components ended');
  stopper.abort(cancelled);
  await expect(stopped).rejects.toBe(cancelled);

  expect(await isRunning(before)).toBe(true);
  expect(await bed.target.observe(ref(desk), soon())).toMatchObject({ state: 'absent', endpoints: [] });
  // It does not even end when it is asked once more.
  await bed.target.prepare(desk, soon(60));
  expect(await isRunning(before)).toBe(false);
  expect(await bed.target.observe(ref(desk), soon())).toMatchObject({ state: 'ready' });
  await points.openAll();
});

test('a supervisor killed when its components have ended leaves nothing, and the next one starts', async () => {
  const points = await pointsOfSupervisors();
  await points.close('supervisor: components ended');
  const desk = bed.deployment([{ name: 'gateway', isPublic: true }]);
  await bed.target.prepare(desk, soon());
  const before = await supervisorOf(desk);
  const stopped = bed.target.stop(ref(desk), soon());
  await points.stoppedAt('supervisor: components ended');
  await signalProcess(before, 'SIGKILL');
  await stopped;
  await untilTrue('the supervisor to be gone', async () => !(await isRunning(before)));
  await points.openAll();
  await bed.target.prepare(desk, soon());
  expect(await bed.target.observe(ref(desk), soon())).toMatchObject({ state: 'ready' });
});
