import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { RollbackReadinessView } from '../../src/api/views.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { type Changes, openProject, shipped } from '../harness/project.ts';
import { startTraffic } from '../harness/traffic.ts';
import { expectUnchanged } from '../harness/unchanged.ts';
import { untilTrue } from '../harness/until.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const gates = await openGates(join(home.scratch, 'gates'));

/** Version and configuration change together from commit to commit. Each test has an integration of its own. */
function version(key: string, says: string, keepPrevious = '1h'): Changes {
  const spec = helloSpec({
    production: {
      approval: { none: 'a test' },
      keepPrevious,
      gates: ['smoke'],
      env: { TONE: `tone of ${says}` },
    },
  });
  return {
    'deployer.yaml': {
      ...spec,
      integration: { key },
      tests: { smoke: { run: gates.shell('smoke'), writes: false } },
    },
    [helloFile]: helloProgram({ says }),
  };
}

test('a rollback brings back code and configuration, and nothing of what came later', async () => {
  const hello = openProject(home, 'warm');
  hello.commit(version('warm', 'one'));
  await hello.ship();
  const production = await hello.environment('production');
  const first = await environmentOf(production);
  hello.commit(version('warm', 'two'));
  await hello.ship();
  expect(await environmentOf(production)).toMatchObject({ TONE: 'tone of two' });

  const { restored } = await hello.rollback('production');
  expect(restored.release).toBe(production.live?.release);
  expect(restored.configuration).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await ask(production)).toMatchObject({ text: 'one' });
  expect(await environmentOf(production)).toEqual(first);
});

test('a deployment that has retired is brought back from its frozen inputs, under traffic', async () => {
  const hello = openProject(home, 'cold');
  hello.commit(version('cold', 'one', '1s'));
  await hello.ship();
  const production = await hello.environment('production');
  const first = await environmentOf(production);
  const traffic = await startTraffic(production);
  hello.commit(version('cold', 'two', '1s'));
  await hello.ship();
  await untilTrue('production-1 to retire', async () => {
    const { deployments } = await hello.environment('production');
    return deployments.every(({ deployment }) => deployment !== 'production-1');
  });

  const { previous } = await hello.environment('production');
  expect(previous).toMatchObject({ deployment: 'production-1', warm: false, rollback: { ready: true } });
  const back = await hello.rollback('production');
  await traffic.untilAnsweredBy(back.to);
  await traffic.stop();
  expect(traffic.failures).toEqual([]);
  expect(await ask(production)).toMatchObject({ text: 'one' });
  const again = await environmentOf(production);
  expect({ ...again, ...placeOf(first) }).toEqual(first);
});

test('a rollback passes the queue: it ends the change in progress', async () => {
  const hello = openProject(home, 'queue');
  hello.commit(version('queue', 'one'));
  await hello.ship();
  hello.commit(version('queue', 'two'));
  await hello.ship();

  await gates.close('smoke');
  hello.commit(version('queue', 'three'));
  const shipping = hello.start(['ship', '--json']);
  await gates.reached('smoke');
  expect(await hello.rollback('production')).toMatchObject({ from: 'production-2', to: 'production-1' });
  const ended = await shipped(shipping);
  await gates.open('smoke');
  expect(ended).toMatchObject({ code: 1, result: { state: 'cancelled', reason: 'rollback' } });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'one' });
  expect((await hello.environment('production')).candidate).toBeNull();
});

test('one that cannot work is refused beforehand, with the reason', async () => {
  const hello = openProject(home, 'refused');
  hello.commit(version('refused', 'gone', '1s'));
  await hello.ship();
  hello.commit(version('refused', 'two', '1s'));
  await hello.ship();
  await untilTrue('production-1 to retire', async () => {
    const { deployments } = await hello.environment('production');
    return deployments.every(({ deployment }) => deployment !== 'production-1');
  });
  await removeAllBlobs();

  await expectUnchanged(hello, 'production', async () => {
    const { previous } = await hello.environment('production');
    expect(previous?.rollback).toMatchObject({
      ready: false,
      reasons: [expect.stringMatching(/web.*sha256:/)],
    });
    const { rollback } = await hello.read<{ rollback: readonly RollbackReadinessView[] }>('check');
    expect(rollback[0]).toMatchObject({ environment: 'production', ready: false });
    const refused = await hello.refused(['rollback', 'production']);
    expect(refused).toMatchObject({ exit: 1, code: 'rollback_not_ready' });
    expect(refused.message).toContain('web');
  });
});

async function environmentOf(address: Parameters<typeof ask>[0]): Promise<Readonly<Record<string, string>>> {
  return JSON.parse((await ask(address, '/env')).text) as Record<string, string>;
}

/** What tells one deployment of the same inputs from another. */
function placeOf(env: Readonly<Record<string, string>>): object {
  const { PORT, DEPLOYER_DEPLOYMENT, LEASH_ID, PWD, OLDPWD } = env;
  return { PORT, DEPLOYER_DEPLOYMENT, LEASH_ID, PWD, OLDPWD };
}

async function removeAllBlobs(): Promise<void> {
  const folder = join(home.home.artifacts, 'blobs', 'sha256');
  await chmod(folder, 0o700);
  for (const name of await readdir(folder)) await rm(join(folder, name));
}
