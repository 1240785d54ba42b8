import { expect, test } from 'vitest';

import { moments } from '../../../test/documents/moments.ts';
import { documentOf } from './document-of.ts';
import { statementsOf } from './document.ts';
import type { EnvironmentSeen } from './facts.ts';
import { observedDrift } from './observed-drift.ts';

const facts = moments().find(({ name }) => name === 'in-production')?.facts;
if (facts === undefined) throw new Error('there is no such moment');
const { definition } = facts;
const production = facts.environments.filter(({ environment }) => environment === 'production');
const asDecided: readonly EnvironmentSeen[] = production.map((seen) => ({ ...seen, drift: [] }));

test('a place that is as decided contradicts nothing', () => {
  expect(observedDrift(definition, asDecided)).toEqual([]);
});

test.each([
  ['replicas', 'environments.replicas.production'],
  ['deployment', 'environments.place.production'],
  ['edge', 'environments.place.production'],
  ['artifact', 'environments.release.production'],
  ['configuration', 'configuration.live.production'],
] as const)('drift of %s stands at the statement that it contradicts', (kind, statement) => {
  const drift = [{ kind, component: null, observed: 'it is otherwise' }];
  const found = observedDrift(
    definition,
    asDecided.map((seen) => ({ ...seen, drift })),
  );
  expect(found).toMatchObject([{ statement, drift: { observed: 'In production-3: it is otherwise.' } }]);
});

test('drift of an environment that the definition no longer names stands in the document all the same', () => {
  const drift = [
    { kind: 'replicas' as const, component: null, observed: '1 of 2 replicas of agent is ready' },
  ];
  const without = {
    ...definition,
    environments: definition.environments.filter(({ name }) => name !== 'production'),
  };
  const environments = asDecided.map((seen) => ({ ...seen, drift }));
  const drifts = observedDrift(without, environments);
  const said = statementsOf(documentOf({ ...facts, definition: without, environments, drifts }));
  expect(said.filter((each) => each.drift !== null).map(({ id }) => id)).toEqual([
    'environments.live.production',
  ]);
});

test('several contradictions of one statement are told together', () => {
  const drift = ['one', 'two'].map((observed) => ({ kind: 'replicas' as const, component: 'a', observed }));
  const found = observedDrift(
    definition,
    asDecided.map((seen) => ({ ...seen, drift })),
  );
  expect(found).toMatchObject([{ drift: { observed: 'In production-3: one; two.' } }]);
});

test('files that decide another number of replicas than was deployed are not released yet, and it says so', () => {
  const environments = definition.environments.map((each) => ({
    ...each,
    shapes: Object.fromEntries(
      Object.entries(each.shapes).map(([name, shape]) => [
        name,
        name === 'tools' ? { ...shape, replicas: 5 } : shape,
      ]),
    ),
  }));
  const [found, ...others] = observedDrift({ environments }, asDecided);
  expect(found?.drift.observed).toBe('In production-3: tools was deployed with 2, not 5.');
  expect(others).toEqual([]);
});
