import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { DiffView } from '../../src/api/views/releases.ts';
import type { RollbackReadinessView } from '../../src/api/views/rollback.ts';
import type { StatusView } from '../../src/api/views/status.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { type Changes, openProject, type Project, shipped } from '../harness/project.ts';
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
  await untilRetired(hello, 'production-1');

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
  await untilRetired(hello, 'production-1');
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

const firstToken = 'first-token-value';
const secondToken = 'second-token-value';

/** A version that is given a secret; it comes with the hello of `says`. */
function secretVersion(key: string, says: string, keepPrevious = '1h'): Changes {
  const production = {
    approval: { none: 'a test' },
    keepPrevious,
    env: { TOKEN: 'secret://local/api#token' },
  };
  return {
    'deployer.yaml': { ...helloSpec({ production }), integration: { key } },
    [helloFile]: helloProgram({ says }),
  };
}

/** Two versions of the secret, each live for one version of the code. */
async function shipTwice(key: string, keepPrevious?: string): Promise<Project> {
  const hello = openProject(home, key);
  for (const [says, input] of [
    ['one', firstToken],
    ['two', secondToken],
  ] as const) {
    hello.commit(secretVersion(key, says, keepPrevious));
    expect(await hello.run(['secret', 'set', 'api#token'], { input })).toMatchObject({ code: 0 });
    expect(await hello.ship()).toMatchObject({ code: 0 });
    expect(await environmentOf(await hello.environment('production'))).toMatchObject({ TOKEN: input });
  }
  return hello;
}

test('a rollback brings back the version of a secret, warm or from what was frozen', async () => {
  const warm = await shipTwice('secret-warm');
  const { changes } = await warm.read<DiffView>('diff', 'production-1', 'production-2');
  expect(changes).toContainEqual({
    path: 'configuration.components.web.env.TOKEN',
    from: 'secret://local/api#token@1',
    to: 'secret://local/api#token@2',
  });
  expect((await warm.rollback('production')).restored.substituted).toEqual([]);
  expect(await environmentOf(await warm.environment('production'))).toMatchObject({ TOKEN: firstToken });

  const cold = await shipTwice('secret-cold', '1s');
  await untilRetired(cold, 'production-1');
  const { restored, to } = await cold.rollback('production');
  expect({ substituted: restored.substituted, to }).toEqual({ substituted: [], to: 'production-3' });
  expect(await environmentOf(await cold.environment('production'))).toMatchObject({ TOKEN: firstToken });
});

test('a revoked version is never restored: the newest one is used, and it is said', async () => {
  for (const keepPrevious of ['1h', '1s']) {
    const hello = await shipTwice(`secret-revoked-${keepPrevious}`, keepPrevious);
    if (keepPrevious === '1s') await untilRetired(hello, 'production-1');
    const ambiguous = await hello.refused(['secret', 'revoke', 'api#token', '--reason', 'in a chat']);
    expect(ambiguous).toMatchObject({ code: 'reference_ambiguous', exit: 2 });
    const revoked = await hello.run(['secret', 'revoke', 'api#token@1', '--reason', 'in a chat']);
    expect(revoked).toMatchObject({ code: 0 });
    const { previous } = await hello.environment('production');
    expect(previous).toMatchObject({ deployment: 'production-1', warm: false, rollback: { ready: true } });
    expect(previous?.rollback.reasons).toContain('secret api#token@1 is revoked: @2 is used');
    const { notices } = await hello.read<StatusView>('status');
    if (keepPrevious === '1h')
      expect(notices.join()).toContain('Secret api#token@1 is revoked, and 1 deployment');

    const { restored, to } = await hello.rollback('production');
    expect({ substituted: restored.substituted, to }).toEqual({
      substituted: [{ revoked: 'secret://local/api#token@1', used: 'secret://local/api#token@2' }],
      to: 'production-3',
    });
    const production = await hello.environment('production');
    expect(await ask(production)).toMatchObject({ text: 'one' });
    expect(await environmentOf(production)).toMatchObject({ TOKEN: secondToken });
  }
});

test('without the key of the secrets, what has retired is no way back, which is said beforehand', async () => {
  const hello = await shipTwice('secret-locked', '1s');
  await untilRetired(hello, 'production-1');
  const { secretsKey } = home.home;
  await hello.run(['stop']);
  await rename(secretsKey, `${secretsKey}.aside`);
  const { previous } = await hello.environment('production');
  expect(previous?.rollback).toMatchObject({ ready: false, reasons: [expect.stringContaining(secretsKey)] });
  await expectUnchanged(hello, 'production', async () => {
    expect(await hello.refused(['rollback', 'production'])).toMatchObject({ code: 'rollback_not_ready' });
  });
  await hello.run(['stop']);
  await rename(`${secretsKey}.aside`, secretsKey);
});

test('when every version is revoked, going back is refused beforehand, and what is live stays', async () => {
  const hello = await shipTwice('secret-gone');
  for (const version of [1, 2])
    await hello.run(['secret', 'revoke', `api#token@${version}`, '--reason', 'in a chat']);
  await expectUnchanged(hello, 'production', async () => {
    const refused = await hello.refused(['rollback', 'production']);
    expect(refused).toMatchObject({ exit: 1, code: 'rollback_not_ready' });
    expect(refused.message).toContain('api#token@1 is revoked, and so is every other version of it');
    expect(await hello.refused(['ship'])).toMatchObject({ exit: 2, code: 'secret_missing' });
  });
});

async function untilRetired(hello: Project, id: string): Promise<void> {
  await untilTrue(`${id} to retire`, async () => {
    const { deployments } = await hello.environment('production');
    return deployments.every(({ deployment }) => deployment !== id);
  });
}

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
