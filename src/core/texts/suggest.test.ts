import { expect, test } from 'vitest';
import { nearest, suggestion } from './suggest.ts';

test.each([
  ['componets', ['components', 'integration'], 'components'],
  ['workr', ['worker', 'model'], 'worker'],
  ['ready', ['live', 'run'], null],
  ['Production', ['production'], 'production'],
  ['unti', ['unit', 'e2e'], 'unit'],
  ['prod', ['dev', 'production'], 'production'],
  ['pr', ['production'], null],
  ['', ['a'], 'a'],
  ['constructor', [], null],
])('%j among %j is taken for %j', (word, candidates, near) => {
  expect(nearest(word, candidates)).toBe(near);
});

test('without a near candidate all are named, and without any the advice is', () => {
  expect(suggestion('x1234', ['dev', 'staging'], 'Remove it.')).toBe('There is: dev, staging.');
  expect(suggestion('x1234', [], 'Remove it.')).toBe('Remove it.');
});
