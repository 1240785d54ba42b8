import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { StageKind } from '../pipeline/plan.ts';
import {
  type CaughtRun,
  nextDeploymentNumber,
  type RestoredFacts,
  restoredRemedies,
  restoredSentences,
  unknownDeployments,
  whyNotResumed,
} from './restored.ts';
import { emptyRouteTable, type RouteTable, withStable } from '../switching/route-table.ts';

const restored = {
  backupAt: '2026-01-01T00:00:00.000Z',
  at: '2026-01-02T00:00:00.000Z',
  by: 'ops@example.com',
};

function table(generation: number, stable: string | null): RouteTable {
  return { ...withStable(emptyRouteTable, stable), generation };
}

const settled: RestoredFacts = {
  restored,
  table: table(5, 'p-2'),
  edge: { table: table(5, 'p-2'), active: {} },
  unknown: [],
  isStableReady: true,
  nowMs: Date.parse(restored.at) + 1000,
};
const newer = { table: table(9, 'p-3'), active: {} };

test.each<[string, Partial<RestoredFacts>, readonly object[]]>([
  [
    'is ahead, and what is to be stable is ready: it is overtaken',
    { edge: newer },
    [{ kind: 'overtake', generation: 10 }],
  ],
  ['is ahead, and what is to be stable is not ready: users stay', { edge: newer, isStableReady: false }, []],
  [
    'is ahead, and nothing is to be stable: users stay',
    { edge: newer, table: table(0, null) },
    [{ kind: 'overtake', generation: 9 }],
  ],
  ['does not run: it is started first', { edge: null }, []],
  ['is behind: it is told first', { table: table(6, 'p-2') }, []],
  ['still routes to what is unknown', { table: table(9, null), edge: newer, unknown: ['p-3'] }, []],
  [
    'has requests open at what is unknown',
    { edge: { table: table(5, 'p-2'), active: { 'p-3': 1 } }, unknown: ['p-3'] },
    [],
  ],
  [
    'routes nobody to what is unknown: that ends',
    { unknown: ['p-3'] },
    [{ kind: 'retire-unknown', deployment: 'p-3' }],
  ],
  ['is as decided: all is settled', {}, [{ kind: 'settle' }]],
  ['is ahead without a restored backup: that is not decided here', { restored: null, edge: newer }, []],
])('an edge that %s', (_, own, expected) => {
  expect(restoredRemedies({ ...settled, ...own })).toEqual(expected);
});

test('requests that never end do not keep what is unknown for ever', () => {
  const open = { table: table(5, 'p-2'), active: { 'p-3': 1 } };
  const nowMs = Date.parse(restored.at) + 3_600_000;
  expect(restoredRemedies({ ...settled, edge: open, unknown: ['p-3'], nowMs })).toMatchObject([
    { kind: 'retire-unknown' },
  ]);
});

test('what users are routed to never ends, and the edge is never told of what is not ready', () => {
  const ids = fc.constantFrom('p-1', 'p-2', 'p-3');
  const tables = fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.option(ids))
    .map(([generation, stable]) => table(generation, stable));
  const facts = fc.record({
    restored: fc.constant(restored),
    table: tables,
    edge: fc.record({ table: tables, active: fc.dictionary(ids, fc.integer({ min: 0, max: 2 })) }),
    unknown: fc.uniqueArray(ids),
    isStableReady: fc.boolean(),
    nowMs: fc.integer({ min: 0, max: 10_000_000 }).map((ms) => Date.parse(restored.at) + ms),
  });
  fc.assert(
    fc.property(facts, (given) => {
      const served = given.edge.table.rules[0]?.split[0]?.deployment;
      for (const remedy of restoredRemedies(given)) {
        if (remedy.kind === 'retire-unknown') expect(remedy.deployment).not.toBe(served);
        if (remedy.kind === 'overtake' && remedy.generation > given.edge.table.generation)
          expect(given.isStableReady).toBe(true);
      }
    }),
  );
});

test('it is said what the newer one was, and what runs unknown', () => {
  const sentences = restoredSentences({ ...settled, edge: newer, unknown: ['p-3', 'p-4'] });
  expect(sentences).toHaveLength(3);
  expect(sentences[0]).toMatch(/newer generation \(9, p-3 live\) until p-2 is ready/);
  expect(sentences[1]).toMatch(/^p-3 serves users/);
  expect(sentences[2]).toMatch(/^p-4 runs/);
  expect(restoredSentences({ ...settled, restored: null, edge: newer })).toEqual([]);
});

function caught(state: CaughtRun['state'], ...kinds: readonly StageKind[]): CaughtRun {
  return {
    id: 'desk-7',
    state,
    ahead: kinds.map((kind) => ({ kind, name: kind, environment: 'production' })),
  };
}

test.each<[string, CaughtRun, RegExp | null]>([
  ['has not begun', caught('queued', 'checkout', 'suite'), null],
  ['was at work', caught('running'), new RegExp(restored.backupAt)],
  ['waits, with nothing ahead that needs its checkout', caught('waiting', 'prepare', 'switch'), null],
  ['waits before a suite', caught('waiting', 'switch', 'suite'), /deployer retry desk-7$/],
])('after a restore a run that %s goes on, or says what to do', (_, run, says) => {
  const reason = whyNotResumed(run, restored.backupAt);
  if (says === null) expect(reason).toBeNull();
  else expect(reason).toMatch(says);
});

test('no deployment gets the name of one that runs already', () => {
  expect(nextDeploymentNumber(3, 'production', ['production-1', 'production-7', 'production-eu-9'])).toBe(8);
  expect(nextDeploymentNumber(3, 'production', [])).toBe(3);
});

test('what the backup does not know ends only when it is a deployment: a resident has no number', () => {
  const folders = ['production-1', 'production-2', 'production-store', 'production-store-2', 'elsewhere-3'];
  expect(unknownDeployments('production', folders, new Set(['production-1']))).toEqual(['production-2']);
});
