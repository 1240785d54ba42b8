import { expect, test } from 'vitest';

import { dueLooks, untilNextLook } from './look-times.ts';

const times = new Map([
  ['late', 100],
  ['later', 50],
  ['soon', 1200],
]);
const environments = ['soon', 'late', 'later', 'new'];

test('what has waited longest is looked at first, what is not due is not', () => {
  expect(dueLooks(times, { environments, nowMs: 1000, atMost: 8 })).toEqual(['new', 'later', 'late']);
});

test('a round has an end, and the next one goes on with what is left', () => {
  expect(dueLooks(times, { environments, nowMs: 1000, atMost: 2 })).toEqual(['new', 'later']);
  const looked = new Map([...times, ['new', 2000], ['later', 2000]]);
  expect(dueLooks(looked, { environments, nowMs: 1000, atMost: 2 })).toEqual(['late']);
});

test('one waits until the next is due', () => {
  expect(untilNextLook(times, { environments: ['soon'], nowMs: 1000 })).toBe(200);
  expect(untilNextLook(times, { environments, nowMs: 1000 })).toBe(0);
  expect(untilNextLook(times, { environments: [], nowMs: 1000 })).toBe(Number.POSITIVE_INFINITY);
});
