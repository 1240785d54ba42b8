import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  compareTables,
  emptyRouteTable,
  namedDeployments,
  type RouteTable,
  shareAt,
  stableOf,
  withoutPreview,
  withPreview,
  withStable,
} from './route-table.ts';

const live = withStable(emptyRouteTable, 'production-1');

test.each<[string, RouteTable, RouteTable, ReturnType<typeof compareTables>]>([
  ['a later generation', withStable(live, 'production-2'), live, 'newer'],
  ['an older generation', live, withStable(live, 'production-2'), 'stale'],
  ['the same table', live, structuredClone(live), 'same'],
  ['another stable in the same generation', withStable(emptyRouteTable, 'production-2'), live, 'stale'],
  ['another preview in the same generation', { ...live, previews: { 'production-2': 7001 } }, live, 'stale'],
  [
    'the same previews in another order',
    { ...live, previews: { a: 1, b: 2 } },
    { ...live, previews: { b: 2, a: 1 } },
    'same',
  ],
])('%s is judged', (_, next, inForce, verdict) => {
  expect(compareTables(next, inForce)).toBe(verdict);
});

test('every change makes a newer table', () => {
  const preview = withPreview(live, 'production-2', 7001);
  for (const next of [withStable(live, null), preview]) expect(compareTables(next, live)).toBe('newer');
  expect(compareTables(withoutPreview(preview, 'production-2'), preview)).toBe('newer');
});

test('stable and previewed deployments are named, each once', () => {
  const table = withPreview(withPreview(live, 'production-2', 7001), 'production-1', 7002);
  expect([...namedDeployments(table)].toSorted()).toEqual(['production-1', 'production-2']);
  expect(stableOf(table)).toBe('production-1');
  expect(namedDeployments(withStable(live, null)).size).toBe(0);
});

test('shares get what their weights say', () => {
  const split = [
    { deployment: 'old', weight: 3 },
    { deployment: 'new', weight: 1 },
  ];
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (point) => {
      expect(shareAt(split, point)).toBe(point < 0.75 ? 'old' : 'new');
    }),
  );
  expect(shareAt([], 0.5)).toBeNull();
});
