import { expect, test } from 'vitest';

import type { Policy } from '../definition/integration.ts';
import { type Involved, isInvolved, namedDeciders, refuseApprover, refuseTester } from './policy.ts';

const policy: Policy = {
  gates: [],
  approval: { count: 1, approvers: ['ops@example.com', 'dev@example.com'] },
  approvalNone: null,
  uat: { testers: ['qa@example.com', 'dev@example.com'], scenarios: [] },
  watch: null,
  performance: null,
  buildGates: [],
  keepPreviousMs: 0,
  self: null,
  users: 'external',
};
const involved: Involved = {
  authors: ['dev@example.com', 'pair@example.com'],
  requester: 'lead@example.com',
};
const anyTester = { ...policy, uat: { testers: [], scenarios: [] } };
const oneself = { ...policy, self: 'we are two' };

const ask = { approver: refuseApprover, tester: refuseTester };

test.each<['approver' | 'tester', string, Policy, string | null]>([
  ['approver', 'ops@example.com', policy, null],
  ['approver', 'OPS@Example.com', policy, null],
  ['approver', 'qa@example.com', policy, 'is not among the approvers'],
  ['approver', 'dev@example.com', policy, 'wrote this commit'],
  ['approver', 'Dev@Example.com', policy, 'wrote this commit'],
  ['approver', 'dev@example.com', oneself, null],
  ['approver', 'qa@example.com', oneself, 'is not among the approvers'],
  ['approver', 'ops@example.com', { ...policy, approval: null }, 'nobody'],
  ['tester', 'qa@example.com', policy, null],
  ['tester', 'ops@example.com', policy, 'is not among the testers'],
  ['tester', 'dev@example.com', policy, 'wrote this commit'],
  ['tester', 'anyone@example.com', anyTester, null],
  ['tester', 'anyone@example.com', { ...policy, uat: null }, null],
  ['tester', 'pair@example.com', anyTester, 'wrote this commit'],
  ['tester', 'lead@example.com', anyTester, 'shipped this run'],
  ['tester', 'lead@example.com', { ...anyTester, self: 'we are two' }, null],
])('as %s, %s', (role, identity, by, reason) => {
  const refusal = ask[role](identity, by, involved);
  if (reason === null) expect(refusal).toBeNull();
  else expect(refusal?.reason).toContain(reason);
});

test('a refusal says who can decide instead', () => {
  expect(refuseApprover('qa@example.com', policy, involved)?.hint).toBe(
    'Ask one of them: ops@example.com, dev@example.com.',
  );
});

const behind: Involved = { authors: ['Dev@example.com'], requester: 'ship@example.com' };

function policyOf(facts: Partial<Policy>): Policy {
  return { ...policy, approval: null, uat: null, ...facts };
}

const approval = { count: 1, approvers: ['dev@example.com', 'ops@example.com', 'ship@example.com'] };

test('who may decide are the people that are named, without those behind the release', () => {
  expect(namedDeciders('approval', policyOf({ approval }), behind)).toEqual(['ops@example.com']);
  const uat = { testers: ['ship@example.com', 'qa@example.com'], scenarios: [] };
  expect(namedDeciders('uat', policyOf({ uat }), behind)).toEqual(['qa@example.com']);
});

test('where the policy says why, those behind the release may decide too', () => {
  expect(namedDeciders('approval', policyOf({ approval, self: 'two of us' }), behind)).toEqual(
    approval.approvers,
  );
});

test('a policy that names nobody names nobody', () => {
  const uat = { testers: [], scenarios: [] };
  expect(namedDeciders('uat', policyOf({ uat }), behind)).toEqual([]);
});

test.each([
  ['DEV@example.com', true],
  ['ship@example.com', true],
  ['ops@example.com', false],
])('%s is behind the release: %s', (identity, expected) => {
  expect(isInvolved(identity, behind)).toBe(expected);
});
