import { expect, test } from 'vitest';

import { moments } from '../../../test/documents/moments.ts';
import { alertDrift } from './alert-drift.ts';
import type { AlertsSeen } from './facts.ts';

const facts = moments().find(({ name }) => name === 'in-production')?.facts;
if (facts === undefined) throw new Error('there is no such moment');
const production = facts.environments.filter(({ environment }) => environment === 'production');
const monitoring = {
  limits: { errorRate: 0.02, p95Ms: null, cpu: null, memory: null, restarts: null },
  windowSeconds: 60,
  minRequests: 20,
  environments: ['production'],
  webhooks: [],
};
const rule = { metric: 'errorRate', limit: 0.02, state: 'ok', reason: 'fine', isLookedAt: true, at: null };
const seen = (changed: object): readonly AlertsSeen[] => [
  { environment: 'production', rules: [{ ...rule, ...changed }], receivers: [] },
];

test('a rule that is live and looked after contradicts nothing', () => {
  expect(alertDrift({ monitoring }, production, seen({}))).toEqual([]);
});

test.each([
  ['that what is live does not have', [], 'production-3 raises no such alert.'],
  ['with another limit', seen({ limit: 0.05 }), 'production-3 has the limit 0.05, not 0.02.'],
  [
    'that nobody looks after',
    seen({ isLookedAt: false }),
    'production-3 has the rule, and nobody looks after it.',
  ],
])('a rule %s is drift at the rule', (_, alerts, observed) => {
  expect(alertDrift({ monitoring }, production, alerts)).toMatchObject([
    { statement: 'rollback.alert.production.errorRate', drift: { observed } },
  ]);
});

test('one that has just become live has not been looked at yet, and where nothing is live no rule is missing', () => {
  const fresh = production.map((each) => ({ ...each, live: each.live && { ...each.live, since: each.at } }));
  expect(alertDrift({ monitoring }, fresh, seen({ isLookedAt: false }))).toEqual([]);
  expect(
    alertDrift(
      { monitoring },
      production.map((each) => ({ ...each, live: null })),
      [],
    ),
  ).toEqual([]);
});
