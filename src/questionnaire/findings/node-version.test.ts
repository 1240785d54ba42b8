import { expect, test } from 'vitest';

import { refusesNode } from './node-version.ts';

test.each<[range: string | null, refuses: boolean]>([
  [null, false],
  ['', false],
  ['*', false],
  ['>=18', false],
  ['>=18.17.0', false],
  ['^24.1.0', false],
  ['24.x', false],
  ['>=20 <25', false],
  ['<24.5', false],
  ['18 - 26', false],
  ['^18 || >=24', false],
  ['18.x', true],
  ['^22.12.0', true],
  ['>=18 <24', true],
  ['>=25', true],
  ['18.17.1', true],
  ['~20 || 22', true],
])('Node 24 is refused by the range %j: %j', (range, refuses) => {
  expect(refusesNode(range, 24)).toBe(refuses);
});
