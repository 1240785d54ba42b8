import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { WatchPolicy } from '../definition/integration.ts';
import { emptyHistogram, latencyBucket } from './latency.ts';
import type { WindowTraffic } from './traffic-window.ts';
import { earlyFailure, probesDue, type WatchFacts, watchVerdict } from './watch-verdict.ts';

const policy: WatchPolicy = {
  seconds: 60,
  minRequests: 20,
  probePath: '/readyz',
  errorRate: 0.02,
  p95Ms: 400,
};

test('within the limits at the end: pass, with the figures and how many were synthetic', () => {
  expect(watchVerdict(facts({ requests: 240, errors: 3, synthetic: 12 }))).toMatchObject({
    verdict: 'pass',
    reason: expect.stringMatching(
      /^3 of 240 requests failed \(1\.25 %, 2 % allowed\), p95 \d+ ms of 400 ms allowed; 12 were synthetic$/,
    ),
  });
});

test('above a limit at the end: fail', () => {
  expect(watchVerdict(facts({ requests: 240, errors: 5 }))).toMatchObject({ verdict: 'fail' });
  expect(watchVerdict(facts({ requests: 240 }, 600))).toMatchObject({ verdict: 'fail' });
});

test('a limit that is not given is not applied', () => {
  const unlimited = { ...policy, errorRate: null, p95Ms: null };
  const seen = facts({ requests: 240, errors: 240 }, 600);
  expect(watchVerdict({ ...seen, policy: unlimited })).toMatchObject({ verdict: 'pass' });
  expect(earlyFailure({ ...seen, policy: unlimited })).toBeNull();
});

test('no traffic and no probe: undecided, with the reason', () => {
  expect(watchVerdict({ ...facts({}), unsent: 'connect ECONNREFUSED' })).toMatchObject({
    verdict: 'undecided',
    reason:
      'Only 0 of the 20 requests that are needed were seen; probes could not be sent: connect ECONNREFUSED',
  });
  expect(watchVerdict(facts({}))).toMatchObject({ verdict: 'undecided' });
  expect(watchVerdict({ ...facts({ requests: 19 }), unsent: 'x' })).toMatchObject({ verdict: 'undecided' });
});

test.each([
  ['every request of the least number failed', facts({ requests: 20, errors: 20 }), true],
  ['fewer requests than needed, all failed', facts({ requests: 19, errors: 19 }), false],
  ['one error in twenty may be chance', facts({ requests: 20, errors: 1 }), false],
  ['one request in ten failed for a while', facts({ requests: 200, errors: 20 }), true],
  ['a little above the limit may be chance', facts({ requests: 200, errors: 6 }), false],
  ['all far too slow', facts({ requests: 20 }, 900), true],
  ['a tenth too slow may be chance with twenty', slowShare(20, 2), false],
  ['a tenth too slow is not with two thousand', slowShare(2000, 200), true],
])('before the end: %s', (_, seen, fails) => {
  expect(earlyFailure(seen)?.verdict ?? null).toBe(fails ? 'fail' : null);
});

test('an early failure says when it was decided', () => {
  expect(earlyFailure(facts({ requests: 60, errors: 31 }))?.reason).toMatch(
    /^31 of 60 requests failed \(51\.7 %, 2 % allowed\).*Decided after 4\.2 s of watching\.$/,
  );
});

test('what fails early would also have failed at the end', () => {
  const counted = fc.integer({ min: 20, max: 5000 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
  fc.assert(
    fc.property(counted, fc.integer({ min: 1, max: 2000 }), ([errors, requests], ms) => {
      const seen = facts({ requests, errors }, ms);
      if (earlyFailure(seen) !== null) expect(watchVerdict(seen).verdict).toBe('fail');
    }),
  );
});

test('probes fill up evenly what users do not send, and none is needed when they send enough', () => {
  const pace = (elapsedMs: number, requests: number, underway = 0): number =>
    probesDue({ policy, elapsedMs, requests, underway });
  expect(pace(0, 0)).toBe(0);
  expect(pace(27_000, 0)).toBe(10);
  expect(pace(27_000, 4, 5)).toBe(1);
  expect(pace(27_000, 500)).toBe(0);
  expect(pace(54_000, 0)).toBe(20);
  expect(pace(90_000, 0)).toBe(20);
});

function facts(traffic: Partial<WindowTraffic>, latencyMs = 87): WatchFacts {
  const requests = traffic.requests ?? 0;
  return {
    policy,
    traffic: { requests, errors: 0, synthetic: 0, latency: all(requests, latencyMs), ...traffic },
    elapsedMs: 4200,
    unsent: null,
  };
}

function slowShare(requests: number, slow: number): WatchFacts {
  const fast = all(requests - slow, 20);
  const counts = fast.counts.map((n, index) => n + (index === latencyBucket(900) ? slow : 0));
  return facts({ requests, latency: { ...fast, counts } });
}

function all(requests: number, ms: number): WindowTraffic['latency'] {
  const counts = emptyHistogram.counts.map((_, index) => (index === latencyBucket(ms) ? requests : 0));
  return { ...emptyHistogram, counts };
}
