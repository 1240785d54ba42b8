import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { arrivals } from './arrivals.ts';

test('two sides take turns, each at the full rate, and the warm-up is not measured', () => {
  const planned = [...arrivals({ rate: 10, sides: 2, warmUpMs: 200, durationMs: 300 })];
  expect(planned.map(({ atMs }) => atMs)).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450]);
  expect(planned.map(({ side }) => side)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  expect(planned.filter(({ isMeasured }) => !isMeasured)).toHaveLength(4);
});

test('each side gets rate times duration measured arrivals, and at least one', () => {
  const plans = fc.record({
    rate: fc.integer({ min: 1, max: 200 }),
    sides: fc.integer({ min: 1, max: 2 }),
    warmUpMs: fc.nat(2000),
    durationMs: fc.nat(3000),
  });
  fc.assert(
    fc.property(plans, (plan) => {
      const measured = [...arrivals(plan)].filter(({ isMeasured, side }) => isMeasured && side === 0);
      expect(measured).toHaveLength(Math.max(1, Math.round((plan.rate * plan.durationMs) / 1000)));
    }),
  );
});
