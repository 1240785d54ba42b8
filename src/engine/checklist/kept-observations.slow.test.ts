import { expect, test } from 'vitest';

import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { observation } from '../../../test/harness/cell-facts.ts';
import { findEnvironment } from '../../store/environments.ts';
import { saveEvidence } from '../../store/evidence.ts';
import { findRun } from '../../store/runs.ts';
import { documentationOf } from '../../store/seen-documentation.ts';
import { lastObservation } from '../../store/seen-places.ts';
import { placeObserver } from './place-observer.ts';

const stage = await engineStageOfThisFile();
const { parts } = stage.bed;
const { db } = parts.database;
const nobody = { release: null, deployment: null };

async function shipped() {
  const scene = stage.scene([{ name: 'dev' }]);
  const { id } = await scene.ship();
  await scene.untilState(id, 'succeeded');
  return { scene, id, place: { integration: scene.key, environment: 'dev' } };
}

test('an observation of a version that saw less is no observation: the next look writes it anew', async () => {
  const { scene, place } = await shipped();
  const { waysBack: _, ...less } = observation();
  const body = { ...less };
  await saveEvidence(db, { ...nobody, ...place }, [{ kind: 'observation', body }]);
  expect(await lastObservation(db, place)).toBeNull();
  const seen = await placeObserver(parts).place(await findEnvironment(db, scene.key, 'dev'));
  expect(seen?.observation.waysBack).toHaveLength(1);
  expect((await lastObservation(db, place))?.evidence).toBe(seen?.evidence);
});

test('an observation from before changes were noted is read as one without', async () => {
  const { place } = await shipped();
  const { isHeld: _, ...less } = observation();
  await saveEvidence(db, { ...nobody, ...place }, [{ kind: 'observation', body: { ...less } }]);
  expect((await lastObservation(db, place))?.observation).toEqual(observation());
});

test('an observation from before memory was looked at is read as one that says nothing of it', async () => {
  const { place } = await shipped();
  const { memory: _, ...less } = observation();
  await saveEvidence(db, { ...nobody, ...place }, [{ kind: 'observation', body: { ...less } }]);
  expect((await lastObservation(db, place))?.observation).toEqual(less);
});

test('what was found of documents is read as it was stored, and nothing else as that', async () => {
  const { id } = await shipped();
  const { release } = await findRun(db, id);
  const about = { run: id, stage: 0, release, environment: null, deployment: null };
  const files = ['README.md'];
  const globs = { files, interface: [] };
  const body = { files, missing: [], brokenLinks: [], interface: null, unread: null, globs };
  await saveEvidence(db, about, [{ kind: 'documentation', body }]);
  expect((await documentationOf(db, release ?? ''))?.finding).toEqual(body);
  await saveEvidence(db, about, [{ kind: 'documentation', body: { files } }]);
  expect(await documentationOf(db, release ?? '')).toBeNull();
});
