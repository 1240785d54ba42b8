import { expect, test } from 'vitest';

import { namedPoints, workStages } from '../../src/lib/named-point.ts';
import { absences, chosenAbsences, nameOfAbsence } from './absences.ts';
import { chosenBy, matrix, nameOf } from './matrix.ts';

test('every point is one where somebody is killed', () => {
  expect(new Set(matrix.map(({ point }) => point))).toEqual(new Set(namedPoints));
});

test('no two kills have one name', () => {
  expect(new Set(matrix.map(nameOf)).size).toBe(matrix.length);
});

test('of a supervisor, the one of the candidate is killed and the one of what exists once, each where it stands', () => {
  const supervised = matrix.filter(({ point }) => point.startsWith('supervisor:'));
  for (const { of, victim } of supervised) {
    if (victim === 'server' || victim === 'database') continue;
    expect(of).toBe(victim.startsWith('resident') ? 'resident' : 'deployment');
  }
  expect(new Set(supervised.map(({ victim }) => victim))).toEqual(
    new Set([
      'server',
      'database',
      'supervisor',
      'component',
      "resident's supervisor",
      "resident's component",
    ]),
  );
});

test('a seed chooses the same kills again, another one others, and every victim is among them', () => {
  const names = (seed: number): readonly string[] => chosenBy(seed, 12).map(nameOf);
  expect(names(7)).toEqual(names(7));
  expect(names(7)).not.toEqual(names(8));
  expect(new Set(names(7)).size).toBe(12);
  const victims = new Set(matrix.map(({ victim }) => victim));
  for (const seed of [1, 2, 3])
    expect(new Set(chosenBy(seed, 12).map(({ victim }) => victim))).toEqual(victims);
});

test('the database goes away at the beginning and at the end of every stage, in both ways', () => {
  const names = new Set(absences.map(nameOfAbsence));
  expect(names.size).toBe(workStages.length * 4);
  for (const stage of workStages) expect(names).toContain(`${stage}: done / frozen`);
  expect(chosenAbsences(7)).toEqual(chosenAbsences(7));
  expect(chosenAbsences(7)).not.toEqual(chosenAbsences(8));
  for (const seed of [1, 2, 3])
    expect(new Set(chosenAbsences(seed).map(({ absence }) => absence))).toEqual(new Set(['frozen', 'gone']));
});
