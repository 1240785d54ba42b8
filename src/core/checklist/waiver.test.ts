import { expect, test } from 'vitest';

import { seenAt } from '../../../test/harness/cell-facts.ts';
import { countedFor } from './waiver.ts';

const given = (by: string, environment: string | null = 'production') => ({
  subject: 'compliance-checks',
  environment,
  owner: by,
  reason: 'audit is booked',
  until: seenAt,
  by,
  at: seenAt,
});
const run = { authors: ['bob@example.com'], requester: 'alice@example.com' };
const never = (): boolean => false;

test('a waiver of who wrote or shipped what is judged does not count for it, whoever it was given for at first', () => {
  const others = given('ops@example.com');
  const waivers = [others, given('Alice@example.com'), given('bob@example.com')];
  expect(countedFor(run, waivers, never)).toEqual([others]);
});

test('it counts where the policy lets people decide about their own', () => {
  const [dev, production] = [given('alice@example.com', 'dev'), given('alice@example.com')];
  expect(countedFor(run, [dev, production], (environment) => environment === 'dev')).toEqual([dev]);
});
