import { expect, test } from 'vitest';

import { componentOf } from '../../../test/harness/definition.ts';
import type { Scene } from '../../../test/harness/engine-scene.ts';
import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { hangs, type Sight } from '../../../test/harness/fake-places.ts';
import { until, untilTrue } from '../../../test/harness/until.ts';
import type { Observation } from '../../core/places/target.ts';
import { passed } from '../../core/verdicts/verdict.ts';
import { DeployerError } from '../../errors.ts';
import { findEnvironment } from '../../store/environments.ts';

const stage = await engineStageOfThisFile();
const { places } = stage.bed;

const seen =
  (state: Observation['state'], reason: string): Sight<Partial<Observation>> =>
  async () => ({ state, reason });

const unseen: Sight<never> = async () => {
  throw new DeployerError('supervisor_failed', { message: 'It does not answer.', hint: 'deployer doctor' });
};

function refOf({ key }: Scene, deployment: string) {
  return { integration: key, environment: 'dev', deployment };
}

async function withReleases(count: number, components = [componentOf({ name: 'web' })]): Promise<Scene> {
  const scene = stage.scene([{ name: 'dev' }], components);
  for (let at = 0; at < count; at += 1) await scene.untilState((await scene.ship()).id, 'succeeded');
  return scene;
}

/** Where each deployment that runs is reached: another start has another address. */
function running({ key }: Scene): Readonly<Record<string, string>> {
  return Object.fromEntries(
    places.deploymentsOf(key).map(({ deployment, endpoint }) => [deployment, endpoint]),
  );
}

async function sentences({ key }: Scene): Promise<readonly string[]> {
  const { trouble } = await findEnvironment(stage.bed.parts.database.db, key, 'dev');
  return (trouble ?? []).map(({ sentence }) => sentence);
}

async function untilSaid(scene: Scene, sentence: string): Promise<void> {
  await untilTrue(`"${sentence}" to be said`, async () => (await sentences(scene)).includes(sentence));
}

async function untilCalm(scene: Scene): Promise<void> {
  await untilTrue('nothing to be wrong', async () => (await sentences(scene)).length === 0);
}

async function untilStartedAgain(scene: Scene, deployment: string, before: string | undefined) {
  return await until(`${deployment} to be started again`, () => {
    const now = running(scene)[deployment];
    return now === undefined || now === before ? null : now;
  });
}

/** The acts of a deployment, from now on, without looks. */
function acts(deployment: string): readonly string[] {
  const done: string[] = [];
  stage.interfere((name, subject) => {
    if (subject === deployment && name !== 'observe') done.push(name);
  });
  return done;
}

test('one that has failed ends before it is started again, and users are sent to where it is then', async () => {
  const scene = await withReleases(1);
  const before = running(scene)['dev-1'];
  const done = acts('dev-1');
  places.see(refOf(scene, 'dev-1'), seen('failed', 'web gave up.'));
  const now = await untilStartedAgain(scene, 'dev-1', before);
  expect(done).toEqual(['retire', 'prepare']);
  await untilCalm(scene);
  const edge = places.edgeOf({ integration: scene.key, environment: 'dev' });
  expect(edge?.backends['dev-1']).toEqual([now]);
});

test('one that is degraded is left to its supervisor, and said', async () => {
  const scene = await withReleases(1);
  const before = running(scene);
  const done = acts('dev-1');
  places.see(refOf(scene, 'dev-1'), seen('degraded', 'Replica 1 of web is unready.'));
  await untilSaid(scene, 'dev-1: Replica 1 of web is unready.');
  places.see(refOf(scene, 'dev-1'), null);
  await untilCalm(scene);
  expect(running(scene)).toEqual(before);
  expect(done).toEqual([]);
});

test('one that cannot be seen is left as it is, users go on to it, and others are looked after', async () => {
  const scene = await withReleases(2);
  const before = running(scene);
  places.see(refOf(scene, 'dev-2'), unseen);
  places.vanish(refOf(scene, 'dev-1'));
  await untilStartedAgain(scene, 'dev-1', before['dev-1']);
  await untilSaid(scene, 'dev-2: It does not answer.');
  const edge = places.edgeOf({ integration: scene.key, environment: 'dev' });
  expect(edge?.backends['dev-2']).toEqual([before['dev-2']]);
  expect(running(scene)['dev-2']).toBe(before['dev-2']);
  places.see(refOf(scene, 'dev-2'), null);
  await untilCalm(scene);
});

test.each<[string, (scene: Scene, sight: Sight<never> | null) => void]>([
  ['a deployment', (scene, sight) => places.see(refOf(scene, 'dev-1'), sight)],
  ['an edge', ({ key }, sight) => places.seeEdge({ integration: key, environment: 'dev' }, sight)],
])('%s that hangs keeps no other environment waiting, and is said', async (_, see) => {
  const [hung, other] = [await withReleases(1), await withReleases(1)];
  let isLooking = false;
  let hasGivenUp = false;
  see(hung, async (signal) => {
    isLooking = true;
    return await hangs(signal).finally(() => (hasGivenUp = true));
  });
  await untilTrue('the one that hangs to be asked', () => isLooking);
  const before = running(other)['dev-1'];
  places.vanish(refOf(other, 'dev-1'));
  await untilStartedAgain(other, 'dev-1', before);
  expect(hasGivenUp).toBe(false);
  await untilTrue('it to be said', async () =>
    (await sentences(hung)).some((sentence) => sentence.endsWith('It does not answer in time.')),
  );
  see(hung, null);
  await untilCalm(hung);
});

test('while a run has the environment, what failed waits for its end; what vanished comes back at once', async () => {
  const scene = await withReleases(1);
  const [entered, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  scene.work.set('verify', async () => {
    entered.resolve();
    await goOn.promise;
    return passed('verified');
  });
  const { id } = await scene.ship();
  await entered.promise;
  const before = running(scene)['dev-1'];
  places.see(refOf(scene, 'dev-1'), seen('failed', 'web gave up.'));
  await untilSaid(scene, 'dev-1: web gave up.');
  expect(running(scene)['dev-1']).toBe(before);
  places.see(refOf(scene, 'dev-1'), null);
  places.vanish(refOf(scene, 'dev-1'));
  const back = await untilStartedAgain(scene, 'dev-1', before);
  places.see(refOf(scene, 'dev-1'), seen('failed', 'web gave up.'));
  goOn.resolve();
  await scene.untilState(id, 'succeeded');
  await untilStartedAgain(scene, 'dev-1', back);
});

test('a resident that has failed ends and starts again; one that cannot be seen is left as it is', async () => {
  const store = componentOf({ name: 'store', isPublic: false, scope: 'environment' });
  const scene = await withReleases(1, [componentOf({ name: 'web', needs: ['store'] }), store]);
  const ref = refOf(scene, 'dev-store');
  const before = running(scene)['dev-store'];
  places.see(ref, unseen);
  await untilSaid(scene, 'store: It does not answer.');
  expect(running(scene)['dev-store']).toBe(before);
  const done = acts('dev-store');
  places.see(ref, seen('failed', 'store gave up.'));
  await untilStartedAgain(scene, 'dev-store', before);
  expect(done).toEqual(['retire', 'prepare']);
  await untilCalm(scene);
});
