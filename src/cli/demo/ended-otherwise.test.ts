import { expect, test } from 'vitest';

import type { StageRecord } from '../../core/pipeline/run.ts';
import { surprises } from './demo-figures.ts';
import { endedOtherwise } from './ended-otherwise.ts';
import { noTraffic } from './traffic-counts.ts';

const good = {
  run: 'triage-desk-1',
  version: '1.0.0',
  state: 'succeeded',
  reason: null,
  stages: [],
} as const;

function bad(name: string, environment: string, reason: string) {
  const state = 'failed' as const;
  const stage: StageRecord = {
    name,
    environment,
    state,
    verdict: 'fail',
    startedAt: null,
    endedAt: null,
    reason,
  };
  return { run: 'triage-desk-3', version: '1.2.0', state, reason: null, stages: [stage] };
}

test('two good releases and one that the watch of production finds are as told', () => {
  expect(endedOtherwise([good, good, bad('watch', 'production', '19 of 20 requests failed')])).toEqual([]);
});

test('a bad release that a slow machine ends earlier is said with the stage that ended it, and why', () => {
  const runs = [good, good, bad('performance', 'staging', 'p95 2085 ms of 800 ms allowed')];
  const said = [
    '1.2.0 failed in performance (staging): p95 2085 ms of 800 ms allowed. This machine was too slow for its load test.',
  ];
  expect(endedOtherwise(runs)).toEqual(said);
  // Nothing that follows from it is held against the watch.
  const figures = {
    runs: runs as never,
    traffic: noTraffic,
    switchedBack: [],
    refusal: null,
    isTold: null,
    durationMs: 1,
  };
  expect(surprises(figures)).toEqual(said);
});

test('a good release that fails, or is cancelled, is said as well', () => {
  const failed = { ...bad('e2e', 'dev', '1 of 12 tests failed.'), version: '1.0.0' };
  expect(endedOtherwise([failed])).toEqual(['1.0.0 failed in e2e (dev): 1 of 12 tests failed.']);
  expect(endedOtherwise([{ ...good, state: 'cancelled', reason: 'by ops' }])).toEqual([
    '1.0.0 cancelled: by ops',
  ]);
});
