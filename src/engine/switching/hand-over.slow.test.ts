import { expect, test } from 'vitest';

import { componentOf } from '../../../test/harness/definition.ts';
import type { Scene } from '../../../test/harness/engine-scene.ts';
import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { until } from '../../../test/harness/until.ts';

const stage = await engineStageOfThisFile();

const components = [
  componentOf({ name: 'web' }),
  componentOf({ name: 'digest', role: 'worker', activation: 'when-live', port: null, isPublic: false }),
];

async function withReleases(count: number): Promise<Scene> {
  const scene = stage.scene([{ name: 'dev' }], components);
  for (let at = 0; at < count; at += 1) await scene.untilState((await scene.ship()).id, 'succeeded');
  return scene;
}

function refOf({ key }: Scene, deployment: string) {
  return { integration: key, environment: 'dev', deployment };
}

function taking({ key }: Scene): readonly string[] {
  const running = stage.bed.places.deploymentsOf(key);
  return running.filter(({ workersActive }) => workersActive).map(({ deployment }) => deployment);
}

/** From now on, every act at the places must find one deployment at most that takes messages. */
function watchTaking(scene: Scene): { readonly most: () => number } {
  let most = 0;
  stage.interfere(() => {
    most = Math.max(most, taking(scene).length);
  });
  return { most: () => most };
}

test('a switch hands the work over: it is taken by what users have, and by one at a time', async () => {
  const scene = await withReleases(1);
  expect(taking(scene)).toEqual(['dev-1']);
  const watched = watchTaking(scene);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  expect(taking(scene)).toEqual(['dev-2']);
  await scene.rollback('dev');
  expect(taking(scene)).toEqual(['dev-1']);
  expect(watched.most()).toBe(1);
});

test('a hand-over ends the workers of whoever has them, not only of what users leave', async () => {
  const scene = await withReleases(3);
  // As if the hand-over from the first to the second had been cut off, and nobody had looked since.
  stage.bed.places.setWorkers(refOf(scene, 'dev-3'), false);
  let atStart: readonly string[] | null = null;
  let isLeft = false;
  stage.interfere((name, subject) => {
    // Once: they are all told to end at the same time, and it may have been told already.
    if (name === 'stopWorkers' && !isLeft) {
      isLeft = true;
      stage.bed.places.setWorkers(refOf(scene, 'dev-1'), true);
    }
    if (name === 'startWorkers' && subject === 'dev-2') atStart = taking(scene);
  });
  await scene.rollback('dev', { to: 'dev-2' });
  expect(atStart).toEqual([]);
  expect(taking(scene)).toEqual(['dev-2']);
});

test('what was killed before its workers could be told to end comes back without them', async () => {
  const scene = await withReleases(2);
  const old = refOf(scene, 'dev-1');
  stage.bed.places.setWorkers(old, true);
  stage.bed.places.vanish(old);
  const watched = watchTaking(scene);
  await until('the old one to be back', async () =>
    stage.bed.places.deploymentsOf(scene.key).some(({ deployment }) => deployment === 'dev-1') ? true : null,
  );
  expect(watched.most()).toBe(1);
  expect(taking(scene)).toEqual(['dev-2']);
});
