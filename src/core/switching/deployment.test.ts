import { expect, test } from 'vitest';

import { canBecome, type DeploymentState, occupiesPlace } from './deployment.ts';

const states: readonly DeploymentState[] = [
  'preparing',
  'ready',
  'live',
  'warm',
  'draining',
  'retired',
  'failed',
];

test('a deployment goes the ways of its life, and no other', () => {
  const ways = states.flatMap((from) =>
    states.filter((to) => canBecome(from, to)).map((to) => `${from} -> ${to}`),
  );
  expect(ways).toEqual([
    'preparing -> ready',
    'preparing -> failed',
    'ready -> live',
    'ready -> draining',
    'ready -> failed',
    'live -> warm',
    'live -> draining',
    'warm -> live',
    'warm -> draining',
    'draining -> retired',
  ]);
});

test('what has had users never fails silently: it drains before it retires', () => {
  for (const state of ['live', 'warm', 'draining'] as const) expect(canBecome(state, 'failed')).toBe(false);
  expect(states.filter((from) => canBecome(from, 'retired'))).toEqual(['draining']);
});

test('a deployment occupies its place until it can become nothing any more', () => {
  for (const state of states) {
    expect(occupiesPlace(state)).toBe(states.some((to) => canBecome(state, to)));
  }
});
