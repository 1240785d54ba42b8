import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  type BegunMigration,
  isOneWay,
  knownMigrations,
  type MigrationKnower,
  noWayBack,
} from './migration.ts';

const contract: BegunMigration = { digest: 'drop', kind: 'contract', run: 'desk-3', isDone: true };
const earlier: BegunMigration = { digest: 'rename', kind: 'contract', run: 'desk-2', isDone: true };

function deployed(deployment: string, ...knows: readonly string[]): MigrationKnower {
  return { deployment, knows };
}

test.each<{
  readonly what: string;
  readonly begun: readonly BegunMigration[];
  readonly from?: MigrationKnower | null;
  readonly to?: MigrationKnower;
  readonly says: string | null;
}>([
  { what: 'nothing was migrated', begun: [], says: null },
  {
    what: 'a contract migration has run that it does not know',
    begun: [contract],
    says: 'there is no way back to p-2: a contract migration has run that its release does not know (desk-3)',
  },
  {
    what: 'an irreversible one has',
    begun: [{ ...contract, kind: 'irreversible' }],
    says: 'there is no way back to p-2: an irreversible migration has run that its release does not know (desk-3)',
  },
  { what: 'an expand migration keeps the way open', begun: [{ ...contract, kind: 'expand' }], says: null },
  {
    what: 'both know it',
    begun: [contract],
    from: deployed('p-4', 'drop'),
    to: deployed('p-3', 'drop'),
    says: null,
  },
  {
    what: 'a copy of what does not know it was made after it',
    begun: [contract],
    from: deployed('p-3', 'drop'),
    to: deployed('p-4'),
    says: 'there is no way back to p-4: a contract migration has run that its release does not know (desk-3)',
  },
  {
    what: 'an old commit that does not know it was shipped after it, and what knows it is left for that',
    begun: [contract],
    from: deployed('p-5', 'drop'),
    to: deployed('p-4'),
    says: 'there is no way back to p-4: a contract migration has run that its release does not know (desk-3)',
  },
  {
    what: 'an old commit is left for what knows it',
    begun: [contract],
    from: deployed('p-4'),
    to: deployed('p-3', 'drop'),
    says: null,
  },
  {
    what: 'neither knows it, and it has run',
    begun: [contract],
    from: deployed('p-2'),
    to: deployed('p-1'),
    says: 'there is no way back to p-1: a contract migration has run that its release does not know (desk-3)',
  },
  {
    what: 'neither knows it, and it was cut off or failed',
    begun: [{ ...contract, isDone: false }],
    from: deployed('p-2'),
    to: deployed('p-1'),
    says: null,
  },
  {
    what: 'it was cut off or failed, and what is left knows it',
    begun: [{ ...contract, isDone: false }],
    says: 'there is no way back to p-2: a contract migration was begun, and nobody knows how far it came (desk-3)',
  },
  {
    what: 'nothing is live any more, and one was begun',
    begun: [{ ...contract, isDone: false }],
    from: null,
    says: 'there is no way back to p-2: a contract migration was begun, and nobody knows how far it came (desk-3)',
  },
  {
    what: 'of two, the latest is named',
    begun: [earlier, contract],
    from: deployed('p-3', 'rename', 'drop'),
    says: 'there is no way back to p-2: a contract migration has run that its release does not know (desk-3)',
  },
  {
    what: 'it knows the latest and not the one before',
    begun: [earlier, contract],
    from: deployed('p-3', 'rename', 'drop'),
    to: deployed('p-2', 'drop'),
    says: 'there is no way back to p-2: a contract migration has run that its release does not know (desk-2)',
  },
])('$what', ({ begun, from = deployed('p-3', 'drop'), to = deployed('p-2'), says }) => {
  expect(noWayBack(begun, { from, to })).toBe(says);
});

const migrations = fc.array(
  fc.record({
    digest: fc.constantFrom('a', 'b', 'c'),
    kind: fc.constantFrom('expand' as const, 'contract' as const, 'irreversible' as const),
    run: fc.constant('desk-1'),
    isDone: fc.boolean(),
  }),
);
const knower = fc.record({ deployment: fc.constant('p-1'), knows: fc.subarray(['a', 'b', 'c']) });

test('a release that knows every one-way migration can always be gone back to', () => {
  fc.assert(
    fc.property(migrations, fc.option(knower), (begun, from) => {
      const knows = begun.filter(({ kind }) => isOneWay(kind)).map(({ digest }) => digest);
      expect(noWayBack(begun, { from, to: deployed('p-2', ...knows) })).toBeNull();
    }),
  );
});

test('what knows more can be gone back to whenever what knows less can', () => {
  fc.assert(
    fc.property(
      migrations,
      fc.option(knower),
      knower,
      fc.subarray(['a', 'b', 'c']),
      (begun, from, to, more) => {
        if (noWayBack(begun, { from, to }) !== null) return;
        const wiser = { ...to, knows: [...to.knows, ...more] };
        expect(noWayBack(begun, { from, to: wiser })).toBeNull();
      },
    ),
  );
});

test.each([
  { what: 'it brings it itself', history: ['c3'], knows: ['drop'] },
  { what: 'it descends from a commit that brings it', history: ['c3', 'c4'], knows: ['drop'] },
  { what: 'it descends from another commit that brings the same', history: ['c5', 'c9'], knows: ['drop'] },
  { what: 'it is older', history: ['c1', 'c2'], knows: [] },
])('a migration is known to a release or not: $what', ({ history, knows }) => {
  expect(knownMigrations([{ digest: 'drop', commits: ['c3', 'c5'] }], new Set(history))).toEqual(knows);
});
