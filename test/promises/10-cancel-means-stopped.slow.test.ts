import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import { identifyProcess, isRunning, type ProcessIdentity } from '../../src/lib/process-identity.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, shipped } from '../harness/project.ts';
import { expectUnchanged } from '../harness/unchanged.ts';
import { until } from '../harness/until.ts';

const home = await homeOfThisFile();
const gates = await openGates(join(home.scratch, 'gates'));
const hello = openProject(home, 'hello');
const pidFile = join(home.scratch, 'pid');

/** Ignores a polite request, and leaves a grandchild that outlives its parent. */
const stubborn = `trap '' TERM INT HUP; sleep 600 & echo $! > ${pidFile}; ${gates.shell('smoke')}; sleep 600`;

const spec = (smoke: object): object => ({
  ...helloSpec({ production: { approval: { none: 'a test' }, gates: ['smoke'] } }),
  tests: { smoke: { writes: false, ...smoke } },
});

hello.commit({ 'deployer.yaml': spec({ run: 'true' }), [helloFile]: helloProgram() });
expect(await hello.ship()).toMatchObject({ code: 0 });

beforeEach(() => gates.openAll());

async function grandchild(): Promise<ProcessIdentity> {
  return await until('the grandchild', async () =>
    identifyProcess(Number(await readFile(pidFile, 'utf8').catch(() => ''))),
  );
}

test('a cancelled run has ended what it started when `cancel` returns: commands, their children, its candidate', async () => {
  await expectUnchanged(hello, 'production', async () => {
    hello.commit({ 'deployer.yaml': spec({ run: stubborn }) });
    const shipping = hello.start(['ship', '--json']);
    await gates.reached('smoke');
    const sleeper = await grandchild();
    const { candidate } = await hello.environment('production');
    expect(candidate).toMatchObject({ state: 'ready' });
    const run = shipping.events[0]?.run ?? '';

    expect(await hello.read('cancel', run, '--reason', 'wrong branch')).toEqual({ run, state: 'cancelled' });
    expect(await isRunning(sleeper)).toBe(false);
    expect(await shipped(shipping)).toMatchObject({
      code: 1,
      result: { state: 'cancelled', reason: expect.stringContaining('wrong branch') },
    });
    const { deployments } = await hello.environment('production');
    expect(deployments.map(({ deployment }) => deployment)).not.toContain(candidate?.deployment);
    expect(await hello.refused(['cancel', run])).toMatchObject({ exit: 1, code: 'run_ended' });
  });
});

test('a command that takes too long is ended with all that it started', async () => {
  await expectUnchanged(hello, 'production', async () => {
    hello.commit({ 'deployer.yaml': spec({ run: stubborn, timeout: '2s' }) });
    const { stage } = await shipToFailure(hello);
    expect(stage).toMatchObject({ name: 'smoke', reason: expect.stringContaining('its time was over') });
    expect(await isRunning(await lastGrandchild())).toBe(false);
  });
});

test('the commands of a killed server end with it', async () => {
  await expectUnchanged(hello, 'production', async () => {
    hello.commit({ 'deployer.yaml': spec({ run: stubborn }) });
    const shipping = hello.start(['ship', '--json']);
    await gates.reached('smoke');
    const sleeper = await grandchild();
    const run = shipping.events[0]?.run ?? '';
    await home.killServer();
    await until('the command to end with its server', async () => ((await isRunning(sleeper)) ? null : true));
    expect(await hello.run(['cancel', run])).toMatchObject({ code: 0 });
    await shipping.ended;
  });
});

test('Ctrl-C leaves the run alone, and says how to come back', async () => {
  await gates.close('smoke');
  hello.commit({ 'deployer.yaml': spec({ run: gates.shell('smoke') }) });
  const shipping = hello.start(['ship', '--json']);
  await gates.reached('smoke');
  shipping.signal('SIGINT');
  const { code, err } = await shipping.ended;
  expect(code).toBe(130);
  const run = shipping.events[0]?.run ?? '';
  expect(err).toContain(run);
  await gates.open('smoke');
  expect(await hello.run(['run', run, '--follow'])).toMatchObject({ code: 0 });
});

/** The one that the ended command left its id of; it may be gone, which is what is asked. */
async function lastGrandchild(): Promise<ProcessIdentity> {
  const pid = Number(await readFile(pidFile, 'utf8'));
  return (await identifyProcess(pid)) ?? { pid, startedAt: 'ended' };
}
