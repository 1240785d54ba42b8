import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  cellFacts,
  definition,
  nothingYet,
  nowMs,
  observation,
  place,
  seenAt,
  stage,
} from '../../../test/harness/cell-facts.ts';
import { suitesOf } from '../../../test/harness/definition.ts';
import { cellOf, part } from './cell.ts';
import { cellAt, checklistOf } from './cells.ts';
import { type ChecklistItemId, checklistItems } from './checklist.ts';
import type { CellFacts } from './facts.ts';

const waiver = {
  subject: 'security',
  environment: 'staging',
  owner: 'ops@example.com',
  reason: 'the scanner is down',
  by: 'ops@example.com',
  at: seenAt,
};
const gates = ['unit', 'integration', 'e2e', 'security'];
const tested = definition({ suites: suitesOf(gates) }, { gates });
const inForce = new Date(nowMs + 1).toISOString();
const ended = new Date(nowMs).toISOString();

test('a cell knows which of its parts its reason tells, whatever words they use', () => {
  const open = cellOf([part('a', 'pending', 'web waits'), part('b', 'done', 'web')], 'all is up');
  expect(open.parts.map(({ isSaid }) => isSaid)).toEqual([true, false]);
  const done = cellOf([part('a', 'done', 'up')], 'all is up');
  expect(done.parts.map(({ isSaid }) => isSaid)).toEqual([false]);
  expect(cellOf([part('a', 'done', 'up')], null)).toMatchObject({ reason: 'up', parts: [{ isSaid: true }] });
});

describe('a waiver of an item', () => {
  const of = (until: string, item: ChecklistItemId = 'compliance-checks') => ({
    ...waiver,
    subject: item,
    until,
  });

  test('counts until its end, and not a moment longer', () => {
    const during = cellAt('compliance-checks', cellFacts({ waivers: [of(inForce)] }));
    expect(during).toMatchObject({ status: 'waived', by: 'ops@example.com', next: null });
    const after = cellAt('compliance-checks', cellFacts({ waivers: [of(ended)] }));
    expect(after.status).toBe('undecided');
    expect(after.reason).toContain('the waiver of ops@example.com ended');
  });

  test('does not cover what has failed', () => {
    const failed = cellFacts({
      place: place({ edge: null }),
      waivers: [of(inForce, 'infrastructure-setup')],
    });
    expect(cellAt('infrastructure-setup', failed).status).toBe('failed');
  });

  test('is of one environment', () => {
    const elsewhere = cellFacts({ waivers: [{ ...of(inForce), environment: 'production' }] });
    expect(cellAt('compliance-checks', elsewhere).status).toBe('undecided');
  });

  test('gives way to a later one of the same item', () => {
    const both = cellFacts({ waivers: [of(inForce), of(ended)] });
    expect(cellAt('compliance-checks', both).status).toBe('undecided');
    expect(checklistOf('desk', [both]).waivers).toMatchObject([{ isExpired: true }]);
  });
});

describe('the checklist', () => {
  test('of nothing released has no item done, and names what can be said already', () => {
    const { release, items } = checklistOf('desk', [nothingYet()]);
    expect(release).toBeNull();
    expect(items.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'infrastructure-setup pending',
      'code-deployment pending',
      'configuration-validation pending',
      'testing undecided',
      'monitoring-setup undecided',
      'rollback-plan undecided',
      'compliance-checks undecided',
      'user-documentation undecided',
      'approval not-applicable',
    ]);
  });

  test('says where a place is not as decided', () => {
    const { drift } = checklistOf('desk', [oneReplicaLess()]);
    expect(drift).toEqual({
      staging: [{ kind: 'replicas', component: 'web', observed: '1 of 2 replicas of web is ready' }],
    });
  });

  test('never calls anything done without evidence, whatever is known', () => {
    const stripped = (facts: CellFacts): CellFacts => ({
      ...facts,
      stages: facts.stages.map((each) => ({ ...each, evidence: [] })),
      place: facts.place === null ? null : { ...facts.place, evidence: null },
    });
    const names = fc.constantFrom(
      'unit',
      'integration',
      'e2e',
      'security',
      'approval',
      'uat',
      'rollback-rehearsal',
    );
    const states = fc.constantFrom(
      'passed',
      'failed',
      'undecided',
      'waived',
      'running',
      'waiting',
    ) as fc.Arbitrary<'passed'>;
    const some = fc.array(fc.tuple(names, states), { maxLength: 8 });
    fc.assert(
      fc.property(some, fc.constantFrom('dev', 'staging', 'production'), (stages, at) => {
        const facts = stripped(
          cellFacts({
            at,
            definition: tested,
            stages: stages.map(([name, state]) => stage(name, { state })),
          }),
        );
        for (const { id } of checklistItems) expect(cellAt(id, facts).status).not.toBe('done');
      }),
    );
  });
});

function oneReplicaLess(): CellFacts {
  const [first] = observation().deployments;
  const [web] = first?.components ?? [];
  if (first === undefined || web === undefined) throw new Error('nothing is observed');
  const components = [{ ...web, ready: 1 }];
  return cellFacts({ place: place({ deployments: [{ ...first, components }] }) });
}
