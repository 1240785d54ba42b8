import { expect, test } from 'vitest';

import type { LatencyHistogram } from '../switching/edge.ts';
import { emptyHistogram, latencyBucket } from './latency.ts';
import type { LoadFigures } from './load-figures.ts';
import { performanceVerdict } from './performance-verdict.ts';

const limits = { p95Ms: 250, errorRate: 0.01, p95VsStable: null };
const none = { p95Ms: null, errorRate: null, p95VsStable: null };
const compared = { ...none, p95VsStable: 1.2 };

test('within all limits: pass, with the figures', () => {
  expect(judge(figures({}), limits)).toEqual([
    'pass',
    expect.stringMatching(/^p95 \d+ ms of 250 ms allowed, 0 of 160 requests failed \(1 % allowed\)$/),
  ]);
});

test.each([
  ['too slow', figures({ latency: all(160, 300) }), /^p95 \d+ ms of 250 ms allowed, 0 of 160/],
  [
    'too many errors',
    figures({ errors: 3, firstProblem: 'status 502' }),
    /^3 of 160.*first: status 502; p95/,
  ],
  ['too many without an answer', figures({ answered: 150, unanswered: 10 }), /^10 of 160 requests failed/],
])('%s: fail', (_, seen, reason) => {
  expect(judge(seen, limits)).toEqual(['fail', expect.stringMatching(reason)]);
});

test('a limit that is not given is not applied', () => {
  expect(judge(figures({ latency: all(160, 9000), errors: 100 }), none)[0]).toBe('pass');
});

test('a candidate that never gave a good answer keeps no limit', () => {
  expect(judge(figures({ errors: 160 }), none)[0]).toBe('fail');
});

test.each([
  ['nothing was sent', figures({ requests: 0 })],
  ['the edge could not be reached', figures({ unsent: 1, firstProblem: 'ECONNREFUSED' })],
  ['another deployment answered', figures({ elsewhere: 1 })],
])('%s: undecided', (_, seen) => {
  expect(judge(seen, limits)[0]).toBe('undecided');
});

test('a generator that was late decides nothing about latency, but errors stay errors', () => {
  expect(judge(figures({ latency: all(160, 900) }), limits, { lateShare: 0.12 })).toEqual([
    'undecided',
    'The load generator itself could not keep up: 12 % of the requests left more than 50 ms late',
  ]);
  expect(judge(figures({ errors: 80 }), limits, { lateShare: 0.12 })[0]).toBe('fail');
});

test('where only errors are limited, a generator that was late now and then decides all the same', () => {
  const errorsOnly = { ...none, errorRate: 0.01 };
  expect(judge(figures({}), errorsOnly, { lateShare: 0.12 })[0]).toBe('pass');
  expect(judge(figures({}), errorsOnly, { lateShare: 0.6 })[0]).toBe('undecided');
  expect(judge(figures({}), compared, { lateShare: 0.12 })[0]).toBe('undecided');
});

test('without a stable deployment the comparison is not applied, and that is said', () => {
  expect(judge(figures({}), compared)).toEqual([
    'pass',
    expect.stringMatching(/p95VsStable was not applied: there is no stable deployment to compare with$/),
  ]);
});

test('clearly slower than the stable deployment: fail', () => {
  const stable = figures({ deployment: 'dev-2', latency: all(160, 50) });
  expect(judge(figures({ latency: all(160, 75) }), compared, { stable })).toEqual([
    'fail',
    expect.stringMatching(/1\.\d\d times the \d+ ms of dev-2 \(1\.2 allowed\)$/),
  ]);
});

test('as slow as the stable deployment, or faster: pass', () => {
  const stable = figures({ deployment: 'dev-2', latency: all(160, 80) });
  expect(judge(figures({ latency: all(160, 80) }), compared, { stable })[0]).toBe('pass');
  expect(judge(figures({ latency: all(160, 20) }), compared, { stable })[0]).toBe('pass');
});

test('a difference that chance explains is no fail, and that is said', () => {
  const scattered = mixed([
    [148, 20],
    [12, 100],
  ]);
  const stable = figures({
    deployment: 'dev-2',
    latency: mixed([
      [153, 20],
      [7, 100],
    ]),
  });
  expect(judge(figures({ latency: scattered }), compared, { stable })).toEqual([
    'pass',
    expect.stringContaining('within what chance explains'),
  ]);
});

test('with a handful of requests a difference is undecided', () => {
  const stable = figures({ deployment: 'dev-2', requests: 20, answered: 20, latency: all(20, 50) });
  const candidate = figures({ requests: 20, answered: 20, latency: all(20, 100) });
  expect(judge(candidate, compared, { stable })[0]).toBe('undecided');
});

test('a stable deployment that is down does not stand in the way of its fix', () => {
  const stable = figures({ deployment: 'dev-2', errors: 150 });
  expect(judge(figures({}), compared, { stable })).toEqual([
    'pass',
    expect.stringContaining('p95VsStable was not applied: dev-2 itself failed 150 of 160 requests'),
  ]);
});

function judge(
  candidate: LoadFigures,
  by: Parameters<typeof performanceVerdict>[1],
  more: { stable?: LoadFigures; lateShare?: number } = {},
): [string, string] {
  const { stable = null, lateShare = 0 } = more;
  const { verdict, reason } = performanceVerdict({ candidate, stable, lateShare }, by);
  return [verdict, reason];
}

function figures(parts: Partial<LoadFigures>): LoadFigures {
  return {
    deployment: 'dev-3',
    requests: 160,
    answered: 160,
    errors: 0,
    unanswered: 0,
    unsent: 0,
    elsewhere: 0,
    latency: all(160, 87),
    maxMs: 90,
    firstProblem: null,
    ...parts,
  };
}

function all(requests: number, ms: number): LatencyHistogram {
  return mixed([[requests, ms]]);
}

function mixed(parts: readonly (readonly [number, number])[]): LatencyHistogram {
  const counts = emptyHistogram.counts.map((_, index) =>
    parts.reduce((sum, [requests, ms]) => sum + (index === latencyBucket(ms) ? requests : 0), 0),
  );
  return { ...emptyHistogram, counts };
}
