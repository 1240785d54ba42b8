import { expect, test } from 'vitest';

import type { Scene } from '../../../test/harness/engine-scene.ts';
import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { until } from '../../../test/harness/until.ts';
import { failed, passed, undecided } from '../../core/verdicts/verdict.ts';
import { pause } from '../../lib/pause.ts';
import { changeState, findDeployment } from '../../store/deployments.ts';
import { activeHolds } from '../../store/holds.ts';
import { findRun } from '../../store/runs.ts';
import { changeStage, stagesOf } from '../../store/stages.ts';
import { giveUp } from '../pipeline/end-run.ts';
import { hold, unhold } from '../acts/hold.ts';
import { retry } from '../acts/retry.ts';

const uat = { uat: { testers: ['qa@example.com'], scenarios: [] } };
const watch = { seconds: 1, minRequests: 1, probePath: '/', errorRate: 0.1, p95Ms: null };
const ops = { identity: 'ops@example.com', proven: false };
const stage = await engineStageOfThisFile();

/** An environment with two releases that were live, the second one still is. */
async function twoReleases(): Promise<{
  readonly scene: Scene;
  readonly first: string;
  readonly second: string;
}> {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['rollback-rehearsal'] } }]);
  const runs: string[] = [];
  for (const _ of ['first', 'second']) {
    const { id } = await scene.ship();
    await scene.untilState(id, 'succeeded');
    runs.push(id);
  }
  const [first = '', second = ''] = runs;
  return { scene, first, second };
}

async function cancelsIn(scene: Scene, run: string): Promise<number> {
  const { rowCount } = await stage.bed.parts.database.pool.query(
    `select 1 from app.audit where integration = $1 and action = 'cancel' and subject = $2`,
    [scene.key, run],
  );
  return rowCount ?? 0;
}

test('users are back, what they left is on hold, and the environment is free', async () => {
  const { scene, second } = await twoReleases();
  const { from, to } = await scene.rollback('dev');
  expect([from?.id, to.id]).toEqual(['dev-2', 'dev-1']);
  expect(scene.served('dev')).toBe('dev-1');
  expect(await scene.holdsOn(second)).toEqual(['dev']);
  expect(await scene.holder('dev')).toBeNull();
});

test('a run that is about to switch cannot any more once a rollback has the environment', async () => {
  const { scene } = await twoReleases();
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  stage.interfere(async (name, subject) => {
    if (name !== 'stage switch' || subject !== 'dev') return;
    reached.resolve();
    await released.promise;
  });
  const third = await scene.ship();
  await reached.promise;
  const rollingBack = scene.rollback('dev');
  await until('the rollback to have dev', async () =>
    (await scene.holder('dev')) === third.id ? null : true,
  );
  released.resolve();
  await rollingBack;
  const { reason } = await scene.untilState(third.id, 'cancelled');
  expect(reason).toBe('rollback');
  expect(scene.served('dev')).toBe('dev-1');
  expect(await scene.stable('dev')).toBe('dev-1');
  expect(await scene.deployments()).toEqual(['dev-2 warm', 'dev-1 live']);
  expect(await scene.holder('dev')).toBeNull();
});

test('a rollback that comes while a run is being watched ends the run, and goes to what it replaced', async () => {
  const { scene } = await twoReleases();
  scene.work.set('watch', async ({ signal }) => {
    await pause(600_000, signal);
    return passed('watched');
  });
  scene.work.set('rollback-rehearsal', async ({ signal }) => {
    await pause(600_000, signal);
    return passed('rehearsed');
  });
  const third = await scene.ship();
  await until('the third to be live', async () => ((await scene.stable('dev')) === 'dev-3' ? true : null));
  await scene.rollback('dev');
  await scene.untilState(third.id, 'cancelled');
  expect(scene.served('dev')).toBe('dev-2');
  expect(await scene.holdsOn(third.id)).toEqual(['dev']);
});

test('a rollback whose connection is cut while it takes the environment still ends the run that had it', async () => {
  const { scene } = await twoReleases();
  scene.work.set('watch', async ({ signal }) => {
    await pause(600_000, signal);
    return passed('watched');
  });
  scene.work.set('rollback-rehearsal', async ({ signal }) => {
    await pause(600_000, signal);
    return passed('rehearsed');
  });
  const third = await scene.ship();
  await until('the third to be live', async () => ((await scene.stable('dev')) === 'dev-3' ? true : null));
  const { pool } = stage.bed.parts.database;
  const client = await pool.connect();
  await client.query('begin');
  await client.query('select 1 from app.run where id = $1 for update', [third.id]);
  const rollingBack = scene.rollback('dev');
  await until('the rollback to be cut off where it ends the run', async () => {
    const { rowCount } = await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and query like '%from "app"."run"%for update'`,
    );
    return rowCount === 0 ? null : true;
  });
  await client.query('rollback');
  client.release();
  await rollingBack;
  expect((await scene.untilState(third.id, 'cancelled')).reason).toBe('rollback');
  expect(await cancelsIn(scene, third.id)).toBe(1);
});

test('two rollbacks at once: one goes back, the other is refused and goes back no further', async () => {
  const { scene } = await twoReleases();
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  stage.interfere(async (name) => {
    if (name !== 'put') return;
    reached.resolve();
    await released.promise;
  });
  const one = scene.rollback('dev', { to: 'dev-1' });
  await reached.promise;
  await expect(scene.rollback('dev')).rejects.toMatchObject({ code: 'rollback_not_ready' });
  released.resolve();
  expect((await one).to.id).toBe('dev-1');
  expect(await scene.stable('dev')).toBe('dev-1');
});

test('an edge that cannot be told keeps nothing from being decided: the hold stands, and convergence goes on', async () => {
  const { scene, second } = await twoReleases();
  let isDeaf = true;
  stage.interfere((name) => {
    if (name === 'put' && isDeaf) throw new Error('the edge is deaf');
  });
  await expect(scene.rollback('dev')).rejects.toMatchObject({
    code: 'rollback_failed',
    message: expect.stringMatching(/dev is switched to dev-1, but not everything/),
  });
  expect(await scene.stable('dev')).toBe('dev-1');
  expect(await scene.holdsOn(second)).toEqual(['dev']);
  expect(scene.served('dev')).toBe('dev-2');
  isDeaf = false;
  await until('the edge to be told', () => (scene.served('dev') === 'dev-1' ? true : null));
});

test('a deployment that does not answer does not keep users from being moved away from it', async () => {
  const { scene } = await twoReleases();
  stage.interfere((name, subject) => {
    if (name === 'observe' && subject === 'dev-2') throw new Error('dev-2 hangs');
  });
  await scene.rollback('dev');
  expect(scene.served('dev')).toBe('dev-1');
});

test('a cold one that does not come up changes nothing, leaves nothing behind, and gives the environment back', async () => {
  const { scene, first } = await twoReleases();
  stage.bed.ahead(2 * 3_600_000);
  await until('dev-1 to retire', async () => ((await scene.deployments()).length === 1 ? true : null));
  stage.interfere((name, subject) => {
    if (name === 'prepare' && subject === 'dev-3') throw new Error('it does not start');
  });
  await expect(scene.rollback('dev')).rejects.toMatchObject({ code: 'rollback_failed' });
  expect(scene.served('dev')).toBe('dev-2');
  expect(await scene.deployments()).toEqual(['dev-2 live']);
  expect(await scene.holder('dev')).toBeNull();
  expect(await scene.holdsOn(first)).toEqual([]);
  stage.interfere(() => undefined);
  expect((await scene.rollback('dev')).to.id).toBe('dev-4');
  expect(scene.served('dev')).toBe('dev-4');
});

test('a bare rollback does not go to what was undone', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['rollback-rehearsal'] } }]);
  const first = await scene.ship();
  await scene.untilState(first.id, 'succeeded');
  scene.work.set('rollback-rehearsal', async () => failed('it does not come back'));
  const second = await scene.ship();
  await scene.untilState(second.id, 'failed');
  expect(scene.served('dev')).toBe('dev-1');
  expect(await scene.holdsOn(second.id)).toEqual([]);
  await expect(scene.rollback('dev')).rejects.toMatchObject({ code: 'rollback_not_ready' });
});

test('a release that is put on hold while it waits undecided does not get in by retry', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  scene.work.set('e2e', async () => undecided('no tests'));
  const { id } = await scene.ship();
  const { release } = await scene.untilWaiting(id, 'undecided');
  const order = { integration: scene.key, release: release ?? '', environment: 'dev', reason: 'no', by: ops };
  await hold(stage.bed.parts, order);
  await expect(retry(stage.bed.parts, { run: id, by: ops })).rejects.toMatchObject({ code: 'release_held' });
  expect(await scene.stable('dev')).toBeNull();
});

test('a release that is put on hold while it is tested does not get in', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['e2e'] } }]);
  scene.work.set('e2e', async ({ release }) => {
    const order = {
      integration: scene.key,
      release: release?.id ?? '',
      environment: null,
      reason: 'no',
      by: ops,
    };
    await hold(stage.bed.parts, order);
    return passed('tested');
  });
  const { id } = await scene.ship();
  const { reason } = await scene.untilState(id, 'failed');
  expect(reason).toMatch(/on hold/);
  expect(await scene.stable('dev')).toBeNull();
});

test('a hold in the way of a rollback is named with what lifts it; a newer reason takes the place of the older', async () => {
  const { scene, first } = await twoReleases();
  const { parts } = stage.bed;
  const { db } = parts.database;
  const { release } = await findRun(db, first);
  const order = {
    integration: scene.key,
    release: release ?? '',
    environment: null,
    reason: 'slow',
    by: ops,
  };
  await hold(parts, order);
  await hold(parts, { ...order, reason: 'wrong' });
  expect((await activeHolds(db, scene.key)).map(({ reason }) => reason)).toEqual(['wrong']);
  await expect(scene.rollback('dev')).rejects.toMatchObject({
    code: 'rollback_not_ready',
    message: 'dev cannot go back: the release of dev-1 is on hold: wrong (by ops@example.com).',
    hint: expect.stringMatching(/^deployer unhold \S+ --reason/),
  });
  await expect(unhold(parts, { ...order, environment: 'dev' })).rejects.toMatchObject({
    code: 'hold_not_found',
    message: expect.stringContaining('is on hold everywhere, not in dev alone: wrong'),
    hint: expect.stringMatching(/^deployer unhold \S+ --reason/),
  });
  await unhold(parts, order);
  await scene.rollback('dev');
  const [left] = await activeHolds(db, scene.key);
  expect(left?.reason).toBe('left for dev-1 by ops@example.com');
});

/** A watch has said no to the second release, and a bug ends its run while the places do not do one thing: `kept`. */
async function endBadly(
  kept: string,
  before: (scene: Scene) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ readonly scene: Scene; readonly id: string; readonly reason: string | null }> {
  const scene = stage.scene([{ name: 'dev', policy: { watch, ...uat } }]);
  const { parts } = stage.bed;
  const { db } = parts.database;
  const first = await scene.ship();
  await scene.untilWaiting(first.id, 'uat');
  await scene.sign(first.id, 'pass');
  await scene.untilState(first.id, 'succeeded');
  const released = Promise.withResolvers<void>();
  scene.work.set('watch', async () => {
    await released.promise;
    return passed('watched');
  });
  const { id } = await scene.ship();
  await until('the second to be live', async () => ((await scene.stable('dev')) === 'dev-2' ? true : null));
  const index = (await stagesOf(db, id)).findIndex(({ name }) => name === 'watch');
  await until('the watch', async () => ((await stagesOf(db, id))[index]?.state === 'running' ? true : null));
  await changeStage(db, id, index, { state: 'failed', verdict: 'fail', reason: 'too slow' });
  await before(scene);
  stage.interfere((name) => {
    if (name === kept) throw new Error(`no ${kept} today`);
  });
  await giveUp(parts, id, 'A bug in Deployer: oops');
  stage.interfere(() => undefined);
  released.resolve();
  const { reason } = await scene.untilState(id, 'failed');
  return { scene, id, reason };
}

test('a bug after a watch that failed: users go back, the release is on hold, and an undo that fails is told', async () => {
  const { scene, id, reason } = await endBadly('put');
  expect(reason).toMatch(/^A bug in Deployer: oops; and it could not be undone: .*no put today/);
  expect(await scene.holdsOn(id)).toEqual(['dev']);
  expect(await scene.stable('dev')).toBe('dev-1');
});

test('a former deployment that does not come back keeps nothing from being held that was found bad', async () => {
  const { scene, id, reason } = await endBadly('prepare', async ({ key }) => {
    const { db } = stage.bed.parts.database;
    for (const state of ['draining', 'retired'] as const)
      await changeState(db, await findDeployment(db, key, 'dev-1'), { state, reason: 'a test' });
  });
  expect(reason).toMatch(/and it could not be undone: .*no prepare today/);
  expect(await scene.holdsOn(id)).toEqual(['dev']);
  expect(await scene.stable('dev')).toBe('dev-2');
});
