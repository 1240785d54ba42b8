import { expect, test } from 'vitest';

import { standingOf } from './revision.ts';

const newest = { number: 6, digest: 'six' };

test.each([
  ['the first one', null, { begun: 0, digest: 'one' }, 'new'],
  ['one that follows what it began from', newest, { begun: 6, digest: 'seven' }, 'new'],
  ['one that says what the newest says', newest, { begun: 6, digest: 'six' }, 'the same'],
  ['one that says so too, written meanwhile', newest, { begun: 5, digest: 'six' }, 'the same'],
  ['one that began before the newest was kept', newest, { begun: 5, digest: 'seven' }, 'overtaken'],
  ['one that began when there was none', newest, { begun: 0, digest: 'one' }, 'overtaken'],
] as const)('%s', (_, before, written, expected) => {
  expect(standingOf(before, written)).toBe(expected);
});
