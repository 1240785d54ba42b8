import { expect, test } from 'vitest';

import { statedPaths } from './stated-paths.ts';

test('everything that a file says has its path, whole sections too; a list is one', () => {
  const paths = statedPaths('a: { b: 1 }\nc:\n  - { d: 2 }\ne: null\n');
  expect([...paths]).toEqual(['a', 'a.b', 'c', 'e']);
});

test('what cannot be read says nothing, and is no error here', () => {
  expect(statedPaths(': [').size).toBe(0);
  expect(statedPaths('').size).toBe(0);
});
