import { expect, test } from 'vitest';

import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { cellAt } from '../../core/checklist/cells.ts';
import type { CellPart, ChecklistItemId } from '../../core/checklist/checklist.ts';
import { failed, passed } from '../../core/verdicts/verdict.ts';
import { evidenceByPrefix } from '../../store/evidence.ts';
import { stagesOfRelease } from '../../store/of-release.ts';
import { releaseById } from '../../store/releases.ts';
import { findRun } from '../../store/runs.ts';
import { checklistFacts } from './checklist-facts.ts';

const stage = await engineStageOfThisFile();
const { parts } = stage.bed;
const { db } = parts.database;
const gates = ['performance', 'rollback-rehearsal', 'uat'];
const uat = { testers: ['qa@example.com'], scenarios: [] };

/** What each gate is in the checklist. */
const places: Readonly<Record<string, readonly [ChecklistItemId, string]>> = {
  performance: ['testing', 'performance'],
  'rollback-rehearsal': ['rollback-plan', 'rehearsal'],
  uat: ['approval', 'uat'],
};

/** The parts that gates are in the checklist of a release, in `dev`. */
async function gateParts(integration: string, release: string): Promise<ReadonlyMap<string, CellPart>> {
  const [facts] = await checklistFacts(parts, { integration, release: await releaseById(db, release) });
  if (facts === undefined) throw new Error('there is no environment');
  return new Map(
    Object.entries(places).flatMap(([gate, [item, name]]) => {
      const found = cellAt(item, facts).parts.find((part) => part.name === name);
      return found === undefined ? [] : [[gate, found] as const];
    }),
  );
}

test('a load test, a rehearsal and a UAT of another release in the same environment count for no release but it', async () => {
  const scene = stage.scene([{ name: 'dev', policy: { gates, uat } }]);
  for (const gate of gates.slice(0, -1))
    scene.work.set(gate, async () => passed(`${gate} passed`, [{ kind: gate, body: { seen: gate } }]));
  const first = await scene.ship();
  await scene.untilWaiting(first.id, 'uat');
  await scene.sign(first.id, 'pass');
  await scene.untilState(first.id, 'succeeded');
  // The next one comes as far as to the same environment, where what was seen of the former is the newest.
  scene.work.set('verify', async () => failed('it is another one'));
  const second = await scene.ship();
  await scene.untilState(second.id, 'failed');
  const [former, other] = await Promise.all(
    [first, second].map(async ({ id }) => (await findRun(db, id)).release ?? ''),
  );
  if (former === undefined || other === undefined || former === '' || other === '')
    throw new Error('nothing was released');

  const ofFormer = await gateParts(scene.key, former);
  expect([...ofFormer].map(([gate, { status }]) => `${gate} ${status}`)).toEqual(
    gates.map((gate) => `${gate} done`),
  );
  const ofOther = await gateParts(scene.key, other);
  expect([...ofOther].map(([gate, { status }]) => `${gate} ${status}`)).toEqual(
    gates.map((gate) => `${gate} pending`),
  );
  expect([...ofOther].flatMap(([, { evidence }]) => evidence)).toEqual([]);

  const cited = (await stagesOfRelease(db, other)).flatMap(({ evidence }) => evidence);
  expect(cited.length).toBeGreaterThan(0);
  for (const digest of cited)
    expect(await evidenceByPrefix(db, scene.key, digest)).toContainEqual(
      expect.objectContaining({ run: second.id }),
    );
});
