import { expect, test } from 'vitest';

import { type Heard, type RehearsalFacts, rehearsalVerdict } from './rehearsal-verdict.ts';

function heard(deployment: string | null): Heard {
  return { kind: 'answered', deployment };
}

const unsent: Heard = { kind: 'unsent', problem: 'ECONNREFUSED' };
const good: RehearsalFacts = {
  candidate: 'p-2',
  former: 'p-1',
  isTwin: false,
  noWayBack: null,
  backMs: 12.4,
  afterBack: heard('p-1'),
  forwardMs: 9.6,
  afterForward: heard('p-2'),
};

test.each<{ readonly facts: Partial<RehearsalFacts>; readonly verdict: string; readonly reason: string }>([
  { facts: {}, verdict: 'pass', reason: 'To p-1 and back: there in 12 ms, back in 10 ms' },
  {
    facts: { isTwin: true },
    verdict: 'pass',
    reason: 'To a second deployment and back: there in 12 ms, back in 10 ms',
  },
  {
    facts: { afterBack: heard('p-2') },
    verdict: 'fail',
    reason: 'After switching back, p-2 answered instead of p-1',
  },
  {
    facts: { afterForward: heard(null) },
    verdict: 'fail',
    reason: 'After switching forward, nobody answered instead of p-2',
  },
  {
    facts: { afterBack: unsent },
    verdict: 'undecided',
    reason: 'After switching back, nobody could be asked: ECONNREFUSED',
  },
  {
    facts: { afterBack: unsent, afterForward: heard('p-1') },
    verdict: 'fail',
    reason: 'After switching forward, p-1 answered instead of p-2',
  },
])('$verdict: $reason', ({ facts, verdict, reason }) => {
  expect(rehearsalVerdict({ ...good, ...facts })).toMatchObject({ verdict, reason });
});
