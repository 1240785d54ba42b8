import { expect, test } from 'vitest';

import { addTraffic, endedTraffic, noTraffic } from './traffic-sum.ts';

test('what workers refused adds up by code, and outlives them', () => {
  const one = { ...noTraffic, refused: { no_deployment: 2, request_invalid: 1 } };
  const other = { ...noTraffic, refused: { no_deployment: 3, body_too_large: 1 } };
  expect(addTraffic(endedTraffic(one), other).refused).toEqual({
    no_deployment: 5,
    request_invalid: 1,
    body_too_large: 1,
  });
});
