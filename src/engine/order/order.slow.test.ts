import { expect, test } from 'vitest';

import { suitesOf } from '../../../test/harness/definition.ts';
import type { Scene } from '../../../test/harness/engine-scene.ts';
import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { failed, passed, undecided } from '../../core/verdicts/verdict.ts';
import { findRun } from '../../store/runs.ts';
import { insertDecision } from '../../store/decisions.ts';
import { stagesOf } from '../../store/stages.ts';
import { freeze, unfreeze } from '../acts/freeze.ts';
import { retry } from '../acts/retry.ts';
import { supersede } from './supersede.ts';

const ops = { identity: 'ops@example.com', proven: false };
const approval = { approval: { count: 1, approvers: ['ops@example.com'] } };
const uat = { uat: { testers: ['qa@example.com'], scenarios: [] } };
const stage = await engineStageOfThisFile();

async function frozen(scene: Scene, own: { readonly until?: Date } = {}): Promise<void> {
  const order = { integration: scene.key, environment: 'production', reason: 'year end', by: ops };
  await freeze(stage.bed.parts, { ...order, until: own.until ?? null });
}

async function thaw(scene: Scene): Promise<void> {
  const order = { integration: scene.key, environment: 'production', reason: null, by: ops };
  await unfreeze(stage.bed.parts, order);
}

test('a freeze keeps a new release out after its approval, says why, and lets it in when it ends', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval }]);
  const first = await scene.ship();
  await scene.untilWaiting(first.id, 'approval');
  await scene.approve(first.id);
  await scene.untilState(first.id, 'succeeded');
  await frozen(scene);
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  const { waiting } = await scene.untilWaiting(id, 'freeze');
  expect(waiting).toMatchObject({
    environment: 'production',
    reason: 'production is frozen by ops@example.com: year end',
    next: `deployer unfreeze production --integration ${scene.key}`,
  });
  expect(await scene.holder('production')).toBeNull();
  await thaw(scene);
  await scene.untilState(id, 'succeeded');
});

test('a freeze with an end is over by itself', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  await frozen(scene, { until: new Date(Date.now() + 1500) });
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'freeze');
  await scene.untilState(id, 'succeeded');
});

test('what is past its beginning in the environment finishes, and a rollback passes', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  const inside = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  scene.work.set('verify', async () => {
    inside.resolve();
    await go.promise;
    return passed('verified');
  });
  const { id } = await scene.ship();
  await inside.promise;
  await frozen(scene);
  go.resolve();
  await scene.untilState(id, 'succeeded');
  expect(await scene.rollback('production')).toMatchObject({ to: { id: 'production-1' } });
  expect(scene.served('production')).toBe('production-1');
});

test('after a freeze, runs go on one after another in the order in which they came', async () => {
  const scene = stage.scene([{ name: 'dev' }, { name: 'production' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  await frozen(scene);
  const runs = [];
  for (let count = 0; count < 3; count += 1) {
    const { id } = await scene.ship();
    await scene.untilWaiting(id, 'freeze');
    runs.push(id);
  }
  const order: string[] = [];
  scene.work.set('verify production', async ({ run }) => {
    order.push(run.id);
    return passed('verified');
  });
  await thaw(scene);
  for (const id of runs) await scene.untilState(id, 'succeeded');
  expect(order).toEqual(runs);
});

test('what waits for the end of a freeze keeps nobody from going back', async () => {
  const scene = stage.scene([{ name: 'production', policy: uat }]);
  const first = await scene.ship();
  await scene.untilWaiting(first.id, 'uat');
  await scene.sign(first.id, 'pass');
  await scene.untilState(first.id, 'succeeded');
  const judged = await scene.ship();
  await scene.untilWaiting(judged.id, 'uat');
  await frozen(scene);
  const behind = await scene.ship();
  await scene.untilWaiting(behind.id, 'freeze');
  await scene.sign(judged.id, 'fail');
  await scene.untilState(judged.id, 'failed');
  expect(scene.served('production')).toBe('production-1');
  expect(await scene.untilWaiting(behind.id, 'freeze')).toMatchObject({ state: 'waiting' });
});

test('what waits for the end of a freeze keeps nobody waiting who has begun', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  const inside = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  let isClear = false;
  scene.work.set('verify', async ({ run }) => {
    if (run.id === begun.id) return isClear ? passed('verified') : undecided('no answer');
    inside.resolve();
    await go.promise;
    return failed('no answer');
  });
  const begun = await scene.ship();
  await scene.untilWaiting(begun.id, 'undecided');
  isClear = true;
  const holding = await scene.ship();
  await inside.promise;
  const behind = await scene.ship();
  await scene.untilWaiting(behind.id, 'capacity');
  await frozen(scene);
  await retry(stage.bed.parts, { run: begun.id, by: ops });
  await scene.untilWaiting(begun.id, 'capacity');
  go.resolve();
  await scene.untilState(holding.id, 'failed');
  await scene.untilState(begun.id, 'succeeded');
  await scene.untilWaiting(behind.id, 'freeze');
});

test('a freeze is not put on twice, not in the past, and not lifted where there is none', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  await expect(thaw(scene)).rejects.toMatchObject({ code: 'freeze_not_found' });
  await expect(frozen(scene, { until: new Date(0) })).rejects.toMatchObject({
    code: 'request_invalid',
    path: 'until',
  });
  await frozen(scene);
  await expect(frozen(scene)).rejects.toMatchObject({ code: 'freeze_exists' });
});

test('a newer run of the branch at the same approval ends the older one, and says which', async () => {
  const scene = stage.scene([{ name: 'dev' }, { name: 'production', policy: approval }]);
  const older = await scene.ship({ branch: 'main' });
  const other = await scene.ship({ branch: 'fix' });
  await scene.untilWaiting(older.id, 'approval');
  await scene.untilWaiting(other.id, 'approval');
  const newer = await scene.ship({ branch: 'main' });
  const ended = await scene.untilState(older.id, 'superseded');
  expect(ended.reason).toBe(`superseded by ${newer.id}, which has come to the same approval in production`);
  expect((await scene.stages(older.id)).slice(-4)).toEqual([
    'approval skipped',
    'prepare skipped',
    'verify skipped',
    'switch skipped',
  ]);
  expect(await scene.untilWaiting(other.id, 'approval')).toMatchObject({ state: 'waiting' });
  await scene.untilWaiting(newer.id, 'approval');
  await scene.approve(newer.id);
  await scene.untilState(newer.id, 'succeeded');
});

test('whether a question is answered is seen as the transaction sees it that ends the older run', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval }]);
  const { id } = await scene.ship({ branch: 'main' });
  const older = await scene.untilWaiting(id, 'approval');
  const { waiting } = older;
  if (waiting === null) throw new Error(`${id} waits for nothing`);
  const { parts } = stage.bed;
  const newer = { ...older, id: `${scene.key}-2`, number: older.number + 1 };
  const cancel = await parts.database.transaction(async (transaction) => {
    const { db } = transaction;
    const asked = (await stagesOf(db, id)).findIndex(({ state }) => state === 'waiting');
    const answer = {
      run: id,
      stage: asked,
      attempt: older.attempt,
      binding: null,
      detail: {},
      asked: waiting.since,
    };
    await insertDecision(db, { ...answer, kind: 'reject', by: ops });
    await supersede(parts, transaction, newer, waiting);
    return (await findRun(db, id)).cancel;
  });
  expect(cancel).toBeNull();
});

test('the deployment of a superseded UAT stays to return to, and the newer one is judged', async () => {
  const scene = stage.scene([{ name: 'dev', policy: uat }]);
  const older = await scene.ship({ branch: 'main' });
  await scene.untilWaiting(older.id, 'uat');
  const newer = await scene.ship({ branch: 'main' });
  await scene.untilState(older.id, 'superseded');
  await scene.untilWaiting(newer.id, 'uat');
  expect(await scene.deployments()).toEqual(['dev-2 live', 'dev-1 warm']);
  await scene.sign(newer.id, 'fail');
  await scene.untilState(newer.id, 'failed');
  expect(scene.served('dev')).toBe('dev-1');
});

test('a commit that asks for less is judged by what is in force, and the next one by what it brought', async () => {
  const strict = { approval: { count: 2, approvers: ['ops@example.com', 'lead@example.com'] }, ...uat };
  const scene = stage.scene([{ name: 'production', policy: strict }]);
  const first = await scene.ship();
  await decide(scene, first.id);
  const lax = { production: { approval: null, approvalNone: 'no time', uat: null } };
  const loosened = await scene.ship({ policies: lax });
  await scene.untilWaiting(loosened.id, 'approval');
  await scene.approve(loosened.id);
  expect((await findRun(stage.bed.parts.database.db, loosened.id)).state).toBe('waiting');
  await decide(scene, loosened.id, ['lead@example.com']);
  const next = await scene.ship({ policies: lax });
  await scene.untilState(next.id, 'succeeded');
  expect(await scene.stages(next.id)).not.toContain('approval passed');
});

async function decide(scene: Scene, run: string, approvers = ['ops@example.com', 'lead@example.com']) {
  await scene.untilWaiting(run, 'approval');
  for (const by of approvers) await scene.approve(run, by);
  await scene.untilWaiting(run, 'uat');
  await scene.sign(run, 'pass');
  await scene.untilState(run, 'succeeded');
}

test('a commit without a test that is in force is refused, and nothing of it is recorded', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  const suites = suitesOf(['e2e']);
  const gated = { policies: { production: { gates: ['e2e'] } }, suites };
  await scene.untilState((await scene.ship(gated)).id, 'succeeded');
  await expect(scene.ship()).rejects.toMatchObject({
    code: 'gate_missing',
    message: expect.stringContaining('production requires `e2e`, as production-1 brought it'),
  });
  // In two steps: the gate goes with a commit that still has the test.
  await scene.untilState((await scene.ship({ suites })).id, 'succeeded');
  await scene.untilState((await scene.ship()).id, 'succeeded');
});

test('a commit that leaves out an environment on the way is refused, and it goes in two steps', async () => {
  const staging = { name: 'staging', policy: { gates: ['e2e'] } };
  const scene = stage.scene([staging, { name: 'production' }]);
  const suites = suitesOf(['e2e']);
  await scene.untilState((await scene.ship({ suites })).id, 'succeeded');
  const without = { suites, leavesOut: ['staging'] };
  await expect(scene.ship(without)).rejects.toMatchObject({
    code: 'environment_missing',
    message: expect.stringContaining('production is reached by way of staging, as production-1 brought it'),
  });
  await scene.untilState(
    (await scene.ship({ suites, policies: { staging: { gates: [] } } })).id,
    'succeeded',
  );
  await scene.untilState((await scene.ship(without)).id, 'succeeded');
});

test('a run that was planned before the gates changed ends before anybody is asked, and says why', async () => {
  const scene = stage.scene([{ name: 'dev' }, { name: 'production', policy: approval }]);
  const slow = await scene.ship();
  await scene.untilWaiting(slow.id, 'approval');
  const faster = await scene.ship({ policies: { production: uat } });
  await scene.untilWaiting(faster.id, 'approval');
  await scene.approve(faster.id);
  await scene.untilWaiting(faster.id, 'uat');
  const ended = await scene.untilState(slow.id, 'failed');
  expect(ended.reason).toContain(
    'The gates of production are other ones since production-1 is live there (uat)',
  );
});

test('a run that waited undecided while the gates changed ends before its stage is done again, and says why', async () => {
  const scene = stage.scene([{ name: 'production', policy: { gates: ['e2e'] } }]);
  const tested: string[] = [];
  scene.work.set('e2e', async ({ run }) => {
    tested.push(run.id);
    return run.id === slow.id ? undecided('no tests') : passed('tested');
  });
  const slow = await scene.ship();
  await scene.untilWaiting(slow.id, 'undecided');
  const faster = await scene.ship({ policies: { production: { gates: ['e2e'], ...uat } } });
  await scene.untilWaiting(faster.id, 'uat');
  await retry(stage.bed.parts, { run: slow.id, by: ops });
  const { reason } = await scene.untilState(slow.id, 'failed');
  expect(reason).toMatch(/^The gates of production are other ones since production-2 is live there \(uat\)/);
  expect(tested).toEqual([slow.id, faster.id]);
});
