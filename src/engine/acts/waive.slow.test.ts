import { expect, test } from 'vitest';

import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { failed, undecided } from '../../core/verdicts/verdict.ts';
import { findRun } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import { reject } from './decide.ts';
import { hold } from './hold.ts';
import { retry } from './retry.ts';
import { waive } from './waive.ts';

const stage = await engineStageOfThisFile();
const { parts } = stage.bed;
const approval = {
  approval: { count: 1, approvers: ['ops@example.com', 'author@example.com', 'engineer@example.com'] },
};
const hourMs = 3_600_000;

type Scene = ReturnType<typeof stage.scene>;

interface Waiving {
  readonly subject?: string;
  readonly by?: string;
  readonly run?: string | null;
  readonly environment?: string | null;
  readonly untilMs?: number;
}

function waiveIn({ key }: Scene, own: Waiving = {}) {
  const { subject = 'smoke', by = 'ops@example.com', run = null, environment = null, untilMs = hourMs } = own;
  return waive(parts, {
    integration: key,
    subject,
    run,
    environment,
    reason: 'the report is broken',
    until: new Date(parts.clock.now() + untilMs),
    owner: null,
    by: { identity: by, proven: false },
  });
}

function withSmoke(): Scene {
  const scene = stage.scene([
    { name: 'dev', policy: { gates: ['smoke'] } },
    { name: 'production', policy: approval },
  ]);
  scene.work.set('smoke', async () => undecided('no test ran'));
  return scene;
}

test('an undecided gate that is waived lets the run on in the change that it is in, undecided still', async () => {
  const scene = withSmoke();
  const { id } = await scene.ship({ to: 'dev' });
  await scene.untilWaiting(id, 'undecided');
  expect(await scene.holder('dev')).toBeNull();
  expect(await waiveIn(scene)).toMatchObject({
    goesOn: id,
    waiver: { subject: 'smoke', environment: 'dev' },
  });
  await scene.untilState(id, 'succeeded');
  expect(scene.served('dev')).toBe('dev-1');
  expect(await scene.holder('dev')).toBeNull();
  const smoke = (await stagesOf(parts.database.db, id)).find(({ name }) => name === 'smoke');
  expect(smoke).toMatchObject({ state: 'waived', verdict: 'undecided' });
  expect(smoke?.reason).toMatch(
    /^Waived by ops@example\.com until .*: the report is broken \(no test ran\)$/,
  );
});

test('while it lasts it counts for another run of that release, and not a moment longer', async () => {
  const scene = withSmoke();
  const { id, commit } = await scene.ship({ to: 'dev' });
  await scene.untilWaiting(id, 'undecided');
  await waiveIn(scene);
  await scene.untilState(id, 'succeeded');
  const again = await scene.ship({ commit, to: 'dev', by: 'somebody@example.com' });
  await scene.untilState(again.id, 'succeeded');
  stage.bed.ahead(2 * hourMs);
  const later = await scene.ship({ commit, to: 'dev' });
  await scene.untilWaiting(later.id, 'undecided');
  const other = await scene.ship({ to: 'dev' });
  await scene.untilWaiting(other.id, 'undecided');
});

test('a run that is retried past the end of a waiver comes to its gate again, and not before', async () => {
  const scene = withSmoke();
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'undecided');
  await waiveIn(scene);
  const retried = async () => {
    await scene.untilWaiting(id, 'approval');
    const by = { identity: 'ops@example.com', proven: false };
    await reject(parts, { run: id, by, reason: 'not today' });
    await scene.untilState(id, 'failed');
    await retry(parts, { run: id, by });
  };
  await retried();
  await retried();
  stage.bed.ahead(2 * hourMs);
  await retried();
  await scene.untilWaiting(id, 'undecided');
  const states = await scene.stages(id);
  expect(states).toContain('smoke undecided');
  expect(states).toContain('approval pending');
});

test.each([
  ['the author', 'author@example.com'],
  ['who shipped it', 'engineer@example.com'],
  ['anybody who is no approver', 'passer-by@example.com'],
])('%s does not waive, and nothing is recorded', async (_, by) => {
  const scene = withSmoke();
  const { id } = await scene.ship({ to: 'dev', by: 'engineer@example.com' });
  await scene.untilWaiting(id, 'undecided');
  await expect(waiveIn(scene, { by })).rejects.toMatchObject({ code: 'approval_not_allowed' });
  const waivers = await parts.database.db
    .selectFrom('app.waiver')
    .select('id')
    .where('integration', '=', scene.key)
    .execute();
  expect(waivers).toEqual([]);
  expect((await findRun(parts.database.db, id)).state).toBe('waiting');
});

test('nobody waives for what they ship themselves, by naming the run of somebody else either', async () => {
  const scene = withSmoke();
  const first = await scene.ship({ to: 'dev', by: 'bob@example.com' });
  await scene.untilWaiting(first.id, 'undecided');
  const own = await scene.ship({ commit: first.commit, to: 'dev', by: 'engineer@example.com' });
  await scene.untilWaiting(own.id, 'undecided');
  const mine = waiveIn(scene, { by: 'engineer@example.com', run: first.id });
  await expect(mine).rejects.toMatchObject({ code: 'approval_not_allowed' });
  expect(await waiveIn(scene, { run: first.id })).toMatchObject({ goesOn: first.id });
  await scene.untilState(first.id, 'succeeded');
});

test('what somebody waived for the run of another does not let their own pass', async () => {
  const scene = withSmoke();
  const first = await scene.ship({ to: 'dev', by: 'bob@example.com' });
  await scene.untilWaiting(first.id, 'undecided');
  await waiveIn(scene, { by: 'engineer@example.com' });
  await scene.untilState(first.id, 'succeeded');
  const own = await scene.ship({ commit: first.commit, to: 'dev', by: 'engineer@example.com' });
  await scene.untilWaiting(own.id, 'undecided');
  await waiveIn(scene);
  await scene.untilState(own.id, 'succeeded');
});

test('a commit adds no environment whose people waive in others', async () => {
  const scene = withSmoke();
  const live = await scene.ship({ to: 'dev' });
  await scene.untilWaiting(live.id, 'undecided');
  await waiveIn(scene);
  await scene.untilState(live.id, 'succeeded');
  const brought = { approval: { count: 1, approvers: ['me@example.com'] } };
  const { id } = await scene.ship({ to: 'dev', policies: { production: brought } });
  await scene.untilWaiting(id, 'undecided');
  const mine = waiveIn(scene, { by: 'me@example.com' });
  await expect(mine).rejects.toMatchObject({ code: 'approval_not_allowed' });
  expect(await waiveIn(scene)).toMatchObject({ goesOn: id });
});

test('a release that is on hold on the way is not waived on', async () => {
  const scene = withSmoke();
  const { id } = await scene.ship({ to: 'dev' });
  await scene.untilWaiting(id, 'undecided');
  const { release } = await findRun(parts.database.db, id);
  await hold(parts, {
    integration: scene.key,
    release: release ?? '',
    environment: 'dev',
    reason: 'it loses messages',
    by: { identity: 'ops@example.com', proven: false },
  });
  await expect(waiveIn(scene)).rejects.toMatchObject({ code: 'release_held' });
  expect((await findRun(parts.database.db, id)).state).toBe('waiting');
});

test('nobody waives where no environment on the way names an approver', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates: ['smoke'] } }]);
  scene.work.set('smoke', async () => undecided('no test ran'));
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'undecided');
  await expect(waiveIn(scene)).rejects.toMatchObject({ code: 'approval_not_allowed' });
});

test('what has failed, what has to be done and what is over already are not waived', async () => {
  const scene = withSmoke();
  scene.work.set('smoke', async () => failed('1 of 9 tests failed'));
  const { id } = await scene.ship({ to: 'dev' });
  await scene.untilState(id, 'failed');
  await expect(waiveIn(scene, { run: id })).rejects.toMatchObject({ code: 'nothing_waiting' });
  await expect(waiveIn(scene, { untilMs: 0 })).rejects.toMatchObject({ code: 'request_invalid' });
  scene.work.set('verify', async () => undecided('the edge does not answer'));
  const other = await scene.ship({ to: 'dev' });
  await scene.untilWaiting(other.id, 'undecided');
  await expect(waiveIn(scene, { subject: 'verify' })).rejects.toMatchObject({ code: 'waiver_refused' });
});

test('a required item holds the run before users get it; waived, it is judged again by itself', async () => {
  const scene = stage.scene([
    { name: 'production', policy: { ...approval, requires: ['compliance-checks', 'approval'] } },
  ]);
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  const { waiting } = await scene.untilWaiting(id, 'undecided');
  expect(waiting?.reason).toMatch(/^compliance-checks is undecided: no check is configured/);
  expect(scene.served('production')).toBeNull();
  await expect(waiveIn(scene, { subject: 'checklist' })).rejects.toMatchObject({ code: 'waiver_refused' });
  expect(await waiveIn(scene, { subject: 'compliance-checks', run: id })).toMatchObject({ goesOn: id });
  await scene.untilState(id, 'succeeded');
  expect(scene.served('production')).toBe('production-1');
});
