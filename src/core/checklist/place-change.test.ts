import { expect, test } from 'vitest';

import { cellFacts, definition, live, observation, place, stage } from '../../../test/harness/cell-facts.ts';
import { cellAt, checklistOf } from './cells.ts';
import { checklistItems } from './checklist.ts';
import type { CellFacts } from './facts.ts';
import type { PlaceObservation } from './observation.ts';
import { changeOf, type PlaceChange } from './place-change.ts';

const free = { holder: null, generation: 7 };

test.each([
  ['nobody had it', false, free, 'none'],
  ['a change had it before', true, free, 'under-way'],
  ['a change has it now', false, { ...free, holder: 'desk-9' }, 'under-way'],
  ['a change came and went', false, { ...free, generation: 8 }, 'moved'],
  ['a change has moved it', true, { holder: 'desk-9', generation: 8 }, 'moved'],
] as const)('what became of an environment since it was looked at: %s', (_, isHeld, now, expected) => {
  expect(changeOf({ isHeld, decidedGeneration: 7 }, now)).toBe(expected);
});

const other = { deployment: 'staging-9', state: 'ready', reason: null, components: [] } as const;
const [seen] = observation().deployments;
const contradictions: readonly (readonly [string, Partial<PlaceObservation>])[] = [
  ['another table', { edge: { generation: 8, readyWorkers: 1 } }],
  ['an edge with no worker', { edge: { generation: 7, readyWorkers: 0 } }],
  ['another deployment', { deployments: [other] }],
  [
    'nothing of it',
    { deployments: seen === undefined ? [] : [{ ...seen, state: 'absent', components: [] }] },
  ],
  ['fewer replicas', { deployments: seen === undefined ? [] : [{ ...seen, components: [] }] }],
];

function changing(change: PlaceChange, own: Partial<PlaceObservation>): CellFacts {
  return cellFacts({ place: { ...place(own), change } });
}

function failedIn(facts: CellFacts): readonly string[] {
  return checklistItems.flatMap(({ id }) => (cellAt(id, facts).status === 'failed' ? [id] : []));
}

test.each(contradictions)('what was seen across a change contradicts nothing: %s', (_, own) => {
  const facts = changing('moved', own);
  expect(failedIn(facts)).toEqual([]);
  expect(checklistOf('desk', [facts]).drift).toEqual({});
});

test.each(contradictions)('what is seen without a change contradicts what was decided: %s', (_, own) => {
  const facts = changing('none', own);
  expect([...failedIn(facts), ...Object.keys(checklistOf('desk', [facts]).drift)]).not.toEqual([]);
});

test('an edge on the table of before is not done: another was decided since', () => {
  const cell = cellAt('infrastructure-setup', changing('moved', {}));
  expect(cell).toMatchObject({
    status: 'pending',
    reason: 'staging has changed since it was looked at',
    next: 'deployer status',
  });
});

test('while a change is under way, what agrees with what was decided stays done, and what does not is pending', () => {
  expect(cellAt('infrastructure-setup', changing('under-way', {})).status).toBe('done');
  expect(cellAt('code-deployment', changing('under-way', {})).status).toBe('done');
  const facts = changing('under-way', { edge: { generation: 6, readyWorkers: 1 } });
  expect(cellAt('infrastructure-setup', facts)).toMatchObject({
    status: 'pending',
    reason: 'a change of staging is going on',
  });
  expect(checklistOf('desk', [facts]).drift).toEqual({});
});

test('right before its switch a run is the change that is under way, so what it sees is judged', () => {
  const candidate = { ...live, isStable: false };
  const whole = definition({}, { gates: ['rollback-rehearsal'] });
  const facts = (own: Partial<PlaceObservation>): CellFacts => ({
    ...cellFacts({ definition: whole, deployment: candidate, stages: [stage('rollback-rehearsal')] }),
    judges: 'before-switch',
    place: { ...place(own), change: 'under-way' },
  });
  expect(cellAt('infrastructure-setup', facts({})).status).toBe('done');
  expect(failedIn(facts({ edge: null }))).toEqual(['infrastructure-setup']);
});
