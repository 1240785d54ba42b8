import { afterAll, expect, test } from 'vitest';

import { componentOf } from '../../../test/harness/definition.ts';
import { openEngineStage } from '../../../test/harness/engine-scene.ts';
import { whileAlone } from '../../engine/residents/residents-lock.ts';
import { findEnvironment } from '../../store/environments.ts';
import { residentViews } from './resident-views.ts';

const stage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());
const { parts, places } = stage.bed;
const web = componentOf({ name: 'web', needs: ['store'] });
const store = componentOf({ name: 'store', isPublic: false, scope: 'environment' });

test('a resident has an address only while something answers there, and no state where only another host knows it', async () => {
  const scene = stage.scene([{ name: 'production' }], [web, store]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  const ref = { integration: scene.key, environment: 'production' };
  const row = await findEnvironment(parts.database.db, scene.key, 'production');
  const seen = (host = row.host) => residentViews(parts, { ...row, host }, null);
  expect(await seen()).toMatchObject([{ state: 'ready', url: expect.stringMatching(/^http:.*:\d+$/) }]);
  expect(await seen('elsewhere')).toMatchObject([{ state: null, url: null }]);
  // Nobody brings it back meanwhile.
  await whileAlone(parts, ref, AbortSignal.timeout(20_000), async () => {
    places.vanish({ ...ref, deployment: 'production-store' });
    expect(await seen()).toMatchObject([{ state: 'absent', url: null }]);
  });
});
