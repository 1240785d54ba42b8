import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { type BegunMigration, noWayBack } from './migration.ts';

const contract: BegunMigration = { kind: 'contract', run: 'desk-3', firstDeployment: 3, isDone: true };

test.each<{
  readonly what: string;
  readonly begun: readonly BegunMigration[];
  readonly from?: string | null;
  readonly to?: string;
  readonly says: string | null;
}>([
  { what: 'nothing was migrated', begun: [], says: null },
  {
    what: 'a contract migration lies between them',
    begun: [contract],
    says: 'there is no way back to p-2: a contract migration has run since (desk-3)',
  },
  {
    what: 'an irreversible one does',
    begun: [{ ...contract, kind: 'irreversible' }],
    says: 'there is no way back to p-2: an irreversible migration has run since (desk-3)',
  },
  { what: 'an expand migration keeps the way open', begun: [{ ...contract, kind: 'expand' }], says: null },
  { what: 'both were made before it', begun: [contract], from: 'p-2', to: 'p-1', says: null },
  { what: 'both were made after it', begun: [contract], from: 'p-4', to: 'p-3', says: null },
  {
    what: 'nothing is live any more, and it was begun after the one',
    begun: [contract],
    from: null,
    says: '',
  },
  {
    what: 'it was cut off or failed, and something was made after it',
    begun: [{ ...contract, isDone: false }],
    says: 'there is no way back to p-2: a contract migration was begun since, and nobody knows how far it came (desk-3)',
  },
  {
    what: 'of two, the latest is named',
    begun: [{ ...contract, run: 'desk-2', firstDeployment: 2 }, contract],
    to: 'p-1',
    says: 'there is no way back to p-1: a contract migration has run since (desk-3)',
  },
  {
    what: 'an environment whose name ends in a number',
    begun: [{ ...contract, firstDeployment: 10 }],
    from: 'eu-2-10',
    to: 'eu-2-9',
    says: 'there is no way back to eu-2-9: a contract migration has run since (desk-3)',
  },
])('$what', ({ begun, from = 'p-3', to = 'p-2', says }) => {
  const reason = noWayBack(begun, { from, to });
  if (says === '') expect(reason).not.toBeNull();
  else expect(reason).toBe(says);
});

test('who may go from one deployment to another may go back to every later one in between', () => {
  const migration = fc.record({
    kind: fc.constantFrom('expand' as const, 'contract' as const, 'irreversible' as const),
    run: fc.constant('desk-1'),
    firstDeployment: fc.integer({ min: 1, max: 12 }),
    isDone: fc.boolean(),
  });
  const numbers = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.nat(11));
  fc.assert(
    fc.property(fc.array(migration), numbers, (begun, [one, other, step]) => {
      const [to, from] = [Math.min(one, other), Math.max(one, other)];
      if (noWayBack(begun, { from: `p-${from}`, to: `p-${to}` }) !== null) return;
      const between = Math.min(from, to + step);
      expect(noWayBack(begun, { from: `p-${from}`, to: `p-${between}` })).toBeNull();
    }),
  );
});
