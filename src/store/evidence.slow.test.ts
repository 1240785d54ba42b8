import { expect, test } from 'vitest';

import { engineStageOfThisFile } from '../../test/harness/engine-stage-of-file.ts';
import { evidenceByPrefix, saveEvidence } from './evidence.ts';
import { lastRunOfRelease, stagesOfRelease } from './of-release.ts';
import { findRun } from './runs.ts';

const stage = await engineStageOfThisFile();
const { db } = stage.bed.parts.database;

test('evidence goes by its digest in its own integration alone, of a run or of what was looked at', async () => {
  const [one, other] = [stage.scene([{ name: 'production' }]), stage.scene([{ name: 'production' }])];
  const { id } = await one.ship();
  await one.untilState(id, 'succeeded');
  const about = { release: null, environment: 'production', deployment: null };
  const body = { reason: 'seen' };
  const ofRun = await saveEvidence(db, { ...about, run: id, stage: 0 }, [{ kind: 'seen', body }]);
  const ofPlace = await saveEvidence(db, { ...about, integration: one.key }, [{ kind: 'seen', body }]);
  for (const digest of [...ofRun, ...ofPlace]) {
    expect(await evidenceByPrefix(db, one.key, digest)).toMatchObject([{ digest, body }]);
    expect(await evidenceByPrefix(db, other.key, digest)).toEqual([]);
  }
});

test('an approval of several is proven by what each of them approved', async () => {
  const approvers = ['ops@example.com', 'lead@example.com'];
  const scene = stage.scene([{ name: 'production', policy: { approval: { count: 2, approvers } } }]);
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  for (const by of approvers) await scene.approve(id, by);
  await scene.untilState(id, 'succeeded');
  const { release } = await findRun(db, id);
  const approval = (await stagesOfRelease(db, release ?? '')).find(({ name }) => name === 'approval');
  const cited = await Promise.all(
    (approval?.evidence ?? []).map((digest) => evidenceByPrefix(db, scene.key, digest)),
  );
  const by = cited.flat().map((row) => row.body['by']);
  expect(by).toHaveLength(2);
  expect(new Set(by)).toEqual(new Set(approvers));
});

test('of a release the run that goes on counts, not a later one that has ended', async () => {
  const approval = { count: 1, approvers: ['ops@example.com'] };
  const scene = stage.scene([{ name: 'dev' }, { name: 'production', policy: { approval } }]);
  const { id, commit } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  const later = await scene.ship({ commit, to: 'dev' });
  await scene.untilState(later.id, 'succeeded');
  const { release } = await findRun(db, id);
  expect(await lastRunOfRelease(db, release ?? '')).toMatchObject({ id, ended_at: null });
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');
  expect(await lastRunOfRelease(db, release ?? '')).toMatchObject({ id: later.id, state: 'succeeded' });
});
