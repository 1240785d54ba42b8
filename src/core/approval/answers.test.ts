import { expect, test } from 'vitest';

import { answers } from './answers.ts';

const since = '2026-03-02T10:00:00.000Z';
const earlier = '2026-03-01T10:00:00.000Z';

test.each([
  {
    what: 'what is asked now, of which it was asked',
    asked: since,
    at: '2026-03-02T10:01:00.000Z',
    is: true,
  },
  { what: 'the same when the clock was set back meanwhile', asked: since, at: earlier, is: true },
  { what: 'what was asked before', asked: earlier, at: '2026-03-01T10:01:00.000Z', is: false },
  {
    what: 'the same when the clock was set back after that',
    asked: '2026-03-03T10:00:00.000Z',
    at: since,
    is: false,
  },
  { what: 'something, as an earlier version wrote it down, later', asked: null, at: since, is: true },
  { what: 'something, as an earlier version wrote it down, before', asked: null, at: earlier, is: false },
])('a decision on $what: $is', ({ asked, at, is }) => {
  expect(answers({ asked, at: new Date(at) }, { since })).toBe(is);
});
