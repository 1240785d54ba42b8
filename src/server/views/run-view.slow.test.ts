import { afterAll, expect, test } from 'vitest';

import { type EngineStage, openEngineStage, type Scene } from '../../../test/harness/engine-scene.ts';
import { commitOf } from '../../../test/harness/stored-release.ts';
import { failed } from '../../core/verdicts/verdict.ts';
import { reject } from '../../engine/acts/decide.ts';
import { unhold } from '../../engine/acts/hold.ts';
import { retry } from '../../engine/acts/retry.ts';
import { findRun } from '../../store/runs.ts';
import { decisionViews } from './decision-view.ts';
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

test('a run whose watch failed says where users were taken back', async () => {
  const { run } = await failIn('watch');
  const { switchedBack } = await viewOf(run);
  const times = { at: expect.any(String), switchMs: expect.any(Number), workersMs: expect.any(Number) };
  expect(switchedBack).toEqual([
    { environment: 'dev', from: 'dev-2', to: 'dev-1', cause: 'watch', ...times },
  ]);
});

test('a run that failed before the switch can be retried', async () => {
  const { run } = await failIn('verify');
  expect(await viewOf(run)).toMatchObject({ hold: null, switchedBack: [] });
});

test('what another run found bad in dev does not pass: the approval says so, and a retry is refused', async () => {
  const uat = { testers: ['qa@example.com'], scenarios: [] };
  const approval = { count: 1, approvers: ['ops@example.com'] };
  const scene = stage.scene([
    { name: 'dev', policy: { uat } },
    { name: 'production', policy: { approval } },
  ]);
  const { parts } = stage.bed;
  const by = { identity: 'ops@example.com', proven: false };
  const commit = commitOf('a');
  const first = await scene.ship({ commit });
  await scene.untilWaiting(first.id, 'uat');
  await scene.sign(first.id, 'pass');
  await scene.untilWaiting(first.id, 'approval');
  const second = await scene.ship({ commit });
  await scene.untilWaiting(second.id, 'uat');
  expect(
    (await decisionViews(parts, scene.key, 'ops@example.com')).flatMap(({ notices }) => notices).join(),
  ).not.toMatch(/hold/i);
  await scene.sign(second.id, 'fail');
  await scene.untilState(second.id, 'failed');
  const [shown] = await decisionViews(parts, scene.key, 'ops@example.com');
  expect(shown).toMatchObject({ run: first.id, kind: 'approval' });
  expect(shown?.notices[0]).toMatch(/^On hold in dev: .* \(by deployer itself\)\.$/);
  await reject(parts, { run: first.id, by, reason: 'not this one' });
  await scene.untilState(first.id, 'failed');
  expect((await viewOf(first.id)).hold).toMatchObject({ environment: 'dev' });
  await expect(retry(parts, { run: first.id, by })).rejects.toMatchObject({
    code: 'release_held',
    hint: expect.stringMatching(/^deployer unhold \S+ --environment dev --reason/),
  });
});

test('a UAT says when the deployment that it judges has lost the users, and which one has them', async () => {
  const uat = { testers: ['qa@example.com'], scenarios: [] };
  const scene = stage.scene([{ name: 'dev', policy: { uat } }]);
  const first = await scene.ship();
  await scene.untilWaiting(first.id, 'uat');
  const second = await scene.ship();
  await scene.untilWaiting(second.id, 'uat');
  const views = await decisionViews(stage.bed.parts, scene.key, 'ops@example.com');
  const noticesOf = (run: string) => views.find((view) => view.run === run)?.notices.join(' ');
  expect(noticesOf(first.id)).toContain(
    'dev-1, which is judged here, does not have the users any more: dev-2',
  );
  expect(noticesOf(second.id)).not.toContain('any more');
});
