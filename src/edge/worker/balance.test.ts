import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Candidate, leastBusy } from './balance.ts';

const replica = fc.record({ isUp: fc.boolean(), outstanding: fc.nat(5) });

test('the choice is a replica that is up and has the fewest open exchanges', () => {
  fc.assert(
    fc.property(fc.array(replica, { minLength: 1 }), fc.nat(), (replicas, turn) => {
      const chosen = leastBusy<Candidate>(replicas, turn, null);
      const up = replicas.filter((one) => one.isUp);
      const eligible = up.length > 0 ? up : replicas;
      expect(eligible).toContain(chosen);
      expect(chosen?.outstanding).toBe(Math.min(...eligible.map((one) => one.outstanding)));
    }),
  );
});

test('the one that has just failed is taken only when there is no other', () => {
  fc.assert(
    fc.property(fc.array(replica, { minLength: 2 }), fc.nat(), (replicas, turn) => {
      const [failed = null] = replicas;
      expect(leastBusy<Candidate>(replicas, turn, failed)).not.toBe(failed);
    }),
  );
  const only = { isUp: false, outstanding: 0 };
  expect(leastBusy([only], 3, only)).toBe(only);
  expect(leastBusy([], 3, null)).toBeNull();
});

test('equal replicas take turns', () => {
  const replicas = ['a', 'b', 'c'].map((name) => ({ name, isUp: true, outstanding: 0 }));
  const names = Array.from({ length: 6 }, (_, turn) => leastBusy(replicas, turn, null)?.name);
  expect(names.join('')).toBe('abcabc');
});
