import { afterAll, expect, test } from 'vitest';

import { type EngineStage, openEngineStage, type Scene } from '../../../test/harness/engine-scene.ts';
import { failed } from '../../core/verdict.ts';
import { unhold } from '../../engine/acts/hold.ts';
import { findRun } from '../../store/runs.ts';
import { runView } from './run-view.ts';

const stage: EngineStage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());

const watch = { seconds: 1, minRequests: 1, probePath: '/', errorRate: 0.02, p95Ms: null };

async function viewOf(run: string) {
  const { db } = stage.bed.parts.database;
  return await runView(db, await findRun(db, run));
}

async function failIn(name: string): Promise<{ readonly scene: Scene; readonly run: string }> {
  const scene = stage.scene([{ name: 'dev', policy: { watch } }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  scene.work.set(name, async () => failed('too many errors'));
  const { id } = await scene.ship();
  await scene.untilState(id, 'failed');
  return { scene, run: id };
}

test('a run whose watch failed says that a retry would meet the hold, until that is lifted', async () => {
  const { scene, run } = await failIn('watch');
  expect((await viewOf(run)).hold).toEqual({ environment: 'dev', reason: 'too many errors' });
  const by = { identity: 'ops@example.com', proven: false };
  const { release } = await viewOf(run);
  const order = { integration: scene.key, release: release ?? '', environment: 'dev', reason: 'chance', by };
  await unhold(stage.bed.parts, order);
  expect((await viewOf(run)).hold).toBeNull();
});

test('a run that failed before the switch can be retried', async () => {
  const { run } = await failIn('verify');
  expect((await viewOf(run)).hold).toBeNull();
});
