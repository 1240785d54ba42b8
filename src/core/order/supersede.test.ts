import { expect, test } from 'vitest';

import { type Competitor, supersededBy } from './supersede.ts';

const gate = { kind: 'approval', environment: 'production' } as const;

function run(number: number, own: Partial<Competitor> = {}): Competitor {
  return { id: `desk-${number}`, number, branch: 'main', waiting: gate, ...own };
}

const newer = run(5);

test.each<{ readonly what: string; readonly other: Competitor; readonly ends: boolean }>([
  { what: 'an older one at the same gate', other: run(4), ends: true },
  { what: 'a newer one', other: run(6), ends: false },
  { what: 'itself', other: run(5), ends: false },
  { what: 'one of another branch', other: run(4, { branch: 'fix' }), ends: false },
  { what: 'one whose branch is unknown', other: run(4, { branch: null }), ends: false },
  { what: 'one that does not wait', other: run(4, { waiting: null }), ends: false },
  {
    what: 'one at the gate of another environment',
    other: run(4, { waiting: { kind: 'approval', environment: 'staging' } }),
    ends: false,
  },
  {
    what: 'one at another gate',
    other: run(4, { waiting: { kind: 'uat', environment: 'production' } }),
    ends: false,
  },
  {
    what: 'one that waits for its turn',
    other: run(4, { waiting: { kind: 'capacity', environment: 'production' } }),
    ends: false,
  },
])('$what ends: $ends', ({ other, ends }) => {
  expect(supersededBy(newer, gate, [other])).toEqual(ends ? [other.id] : []);
});

test('only gates of people are taken over: what is undecided, frozen or queued keeps its run', () => {
  for (const kind of ['undecided', 'freeze', 'capacity'] as const) {
    const same = { kind, environment: 'production' };
    expect(supersededBy(newer, same, [run(4, { waiting: same })])).toEqual([]);
  }
});

test('a run whose branch is unknown takes nobody’s place', () => {
  expect(supersededBy({ number: 5, branch: null }, gate, [run(4, { branch: null }), run(3)])).toEqual([]);
});
