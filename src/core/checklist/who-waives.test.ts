import { expect, test } from 'vitest';

import { definitionOf } from '../../../test/harness/definition.ts';
import type { Policy } from '../definition/integration.ts';
import { definitionInForce, whoWaives } from './who-waives.ts';

const approvedBy = (...approvers: string[]): Partial<Policy> => ({ approval: { count: 1, approvers } });
const of = (...environments: Parameters<typeof definitionOf>[1]) => definitionOf('desk', environments);
const before = of({ name: 'dev' }, { name: 'staging' }, { name: 'production', policy: approvedBy('ops') });
const { environments: inForce } = before;

function approvers(asked: Omit<Parameters<typeof whoWaives>[0], 'inForce'>): readonly string[] {
  return whoWaives({ ...asked, inForce })?.approval?.approvers ?? [];
}

function policyOf(name: string, policy: Partial<Policy>): Policy {
  const [environment] = of({ name, policy }).environments;
  if (environment === undefined) throw new Error('no environment');
  return environment.policy;
}

test.each([
  ['its own, where that asks somebody', 'staging', policyOf('staging', approvedBy('qa')), 'qa'],
  ['the next one on the way that does', 'dev', policyOf('dev', {}), 'ops'],
  ['the first that does, before any environment', null, null, 'ops'],
  [
    'the one with the users, from an environment that nothing live knows',
    'mine',
    policyOf('mine', {}),
    'ops',
  ],
  [
    'its own people, in an environment that nothing live knows',
    'mine',
    policyOf('mine', approvedBy('me')),
    'me',
  ],
])('who waives is said by %s', (_, environment, own, expected) => {
  expect(approvers({ environment, own })).toEqual([expected]);
});

test('nobody waives where nobody is named', () => {
  const { environments } = of({ name: 'dev' }, { name: 'production' });
  expect(whoWaives({ environment: 'dev', own: policyOf('dev', {}), inForce: environments })).toBeNull();
});

test('of what is live, what is nearest to the users says which environments there are', () => {
  const brought = of({ name: 'dev' }, { name: 'mine' }, { name: 'production', policy: approvedBy('me') });
  const live = [
    { environment: 'dev', definition: brought },
    { environment: 'staging', definition: before },
  ];
  expect(definitionInForce(live)).toBe(before);
  expect(definitionInForce(live.toReversed())).toBe(before);
  expect(definitionInForce(live.slice(0, 1))).toBe(brought);
  expect(definitionInForce([])).toBeNull();
});
