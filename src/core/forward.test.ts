import { expect, test } from 'vitest';

import { type Arrival, isGoingForward } from './forward.ts';

/** `p-1 of a` and so on; `p-5`, `p-6` are copies that a cold rollback made. */
const shipped = ['p-1 a', 'p-2 b', 'p-3 c', 'p-4 a'];

function subject(text: string): Pick<Arrival, 'deployment' | 'release'> {
  const [deployment = '', release = ''] = text.split(' ');
  return { deployment, release };
}

const arrivals = shipped.map((text, at) => ({ ...subject(text), generation: 10 * (at + 1) }));

test.each([
  ['p-2 b', 'p-1 a', false, 'the one before'],
  ['p-3 c', 'p-1 a', false, 'an earlier one'],
  ['p-1 a', 'p-2 b', true, 'a rollback is undone'],
  ['p-1 a', 'p-3 c', true, 'two rollbacks are undone at once'],
  ['p-4 a', 'p-3 c', false, 'a release that was shipped again is left'],
  ['p-3 c', 'p-4 a', true, 'back to where it was shipped again'],
  ['p-5 b', 'p-3 c', true, 'a copy is left for what came after the original'],
  ['p-5 c', 'p-2 b', false, 'a copy is left for what came before the original'],
  ['p-5 a', 'p-2 b', false, 'a copy of one of two: it may be that of the later one'],
  ['p-2 b', 'p-5 a', false, 'to a copy of one of two: it may be that of the earlier one'],
  ['p-2 b', 'p-5 c', true, 'to a copy of what came later'],
  ['p-5 a', 'p-6 a', false, 'to another copy of the same'],
  ['p-7 x', 'p-1 a', false, 'nobody knows when users had what is left'],
  ['p-1 a', 'p-7 x', false, 'nobody knows when users had what is next'],
])('from %s to %s, forward: %s (%s)', (from, to, expected) => {
  expect(isGoingForward(subject(from), subject(to), arrivals)).toBe(expected);
});
