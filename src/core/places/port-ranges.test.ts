import { expect, test } from 'vitest';

import { portRanges } from './port-ranges.ts';

test('nobody is ever given a port that another kind may keep while it is down', () => {
  const inOrder = Object.values(portRanges).toSorted((a, b) => a.lowest - b.lowest);
  for (const [at, { beyond }] of inOrder.entries())
    expect(beyond).toBeLessThanOrEqual(inOrder[at + 1]?.lowest ?? Infinity);
});

test.each(Object.entries(portRanges))(
  '%s: no outgoing connection is given one, nor needs one a root',
  (_, range) => {
    expect(range.lowest).toBeGreaterThan(1024);
    expect(range.lowest).toBeLessThan(range.beyond);
    expect(range.beyond).toBeLessThanOrEqual(32_768);
  },
);
