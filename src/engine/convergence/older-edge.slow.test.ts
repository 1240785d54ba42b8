import { afterAll, expect, test } from 'vitest';

import { type EngineStage, openEngineStage } from '../../../test/harness/engine-scene.ts';
import { until } from '../../../test/harness/until.ts';
import { findEnvironment } from '../../store/environments.ts';

const stage: EngineStage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());

test('an edge of an older Deployer is replaced when nothing is open there, and until then it is said', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  const { places, parts } = stage.bed;
  const ref = { integration: scene.key, environment: 'dev' };
  places.setActive({ ...ref, deployment: 'dev-1' }, 1);
  places.ageEdge(ref);
  await until('it to be said', async () => {
    const { trouble } = await findEnvironment(parts.database.db, scene.key, 'dev');
    return JSON.stringify(trouble).includes('replaced when nothing is open') ? true : null;
  });
  const isOutdated = async (): Promise<boolean | undefined> =>
    (await places.edges.observe(ref, AbortSignal.timeout(1000)))?.isOutdated;
  expect(await isOutdated()).toBe(true);

  places.setActive({ ...ref, deployment: 'dev-1' }, 0);
  await until('another edge with the same routes', async () => {
    return (await isOutdated()) === false && scene.served('dev') === 'dev-1' ? true : null;
  });
});
