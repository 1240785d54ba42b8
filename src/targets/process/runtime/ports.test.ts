import { expect, test } from 'vitest';

import { portRanges } from '../../../core/places/port-ranges.ts';
import { choosePort } from './ports.ts';

test('a replica starts at the port that it had, and else never at one that an edge or a resident may keep', async () => {
  const { lowest, beyond } = portRanges.replica;
  for (let at = 0; at < 20; at += 1) {
    const port = await choosePort(null, new Set());
    expect(port).toBeGreaterThanOrEqual(lowest);
    expect(port).toBeLessThan(beyond);
  }
  const port = await choosePort(null, new Set());
  expect(await choosePort(port, new Set([port]))).toBe(port);
});
