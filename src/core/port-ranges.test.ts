import { expect, test } from 'vitest';

import { portRanges } from './port-ranges.ts';

test('no edge, preview or replica is ever given a port that a resident may keep', () => {
  const { resident, other } = portRanges;
  expect(resident.beyond <= other.lowest || other.beyond <= resident.lowest).toBe(true);
});

test.each(Object.entries(portRanges))(
  '%s: no outgoing connection is given one, nor needs one a root',
  (_, range) => {
    expect(range.lowest).toBeGreaterThan(1024);
    expect(range.lowest).toBeLessThan(range.beyond);
    expect(range.beyond).toBeLessThanOrEqual(32_768);
  },
);
