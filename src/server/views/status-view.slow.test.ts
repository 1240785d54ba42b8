import { afterAll, expect, test } from 'vitest';

import { type EngineStage, openEngineStage } from '../../../test/harness/engine-scene.ts';
import { statusView } from './status-view.ts';

const stage: EngineStage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());

test('reading the status starts no edge, changes none, and tells the address of one that is gone', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  const { parts, engine } = stage.bed;
  const change = (): never => {
    throw new Error('status changed an edge');
  };
  const edges = { ...parts.edges, ensure: change, put: change, stop: change };
  stage.bed.places.endEdge({ integration: scene.key, environment: 'dev' });
  const { health } = engine;
  const tracking = { looks: () => null };
  const { environments } = await statusView({ parts: { ...parts, edges }, health, tracking }, scene.key);
  expect(environments).toMatchObject([{ name: 'dev', url: 'https://127.0.0.1:1', caFile: null }]);
});
