import { describe, expect, test } from 'vitest';

import type { TrafficTotals } from '../switching/edge.ts';
import { emptyHistogram, latencyBucket } from '../verdicts/latency.ts';
import type { AlertRule } from './alert-rule.ts';
import { judge } from './judge.ts';
import type { ReplicaReading, Sample } from './samples.ts';

const rule: AlertRule = { metric: 'errorRate', limit: 0.02, windowMs: 60_000, minRequests: 20 };

function traffic(requests: number, errors: number, ms = 10): TrafficTotals {
  const counts = emptyHistogram.counts.map((_, index) => (index === latencyBucket(ms) ? requests : 0));
  const latency = { ...emptyHistogram, counts };
  return { since: '2026-01-01T00:00:00.000Z', requests, errors, synthetic: 0, active: 0, latency };
}

const reading: ReplicaReading = {
  deployment: 'production-1',
  component: 'web',
  index: 0,
  state: 'ready',
  restarts: 0,
  startedAt: 'a',
  cpuSeconds: 0,
  memoryBytes: 0,
  limits: { cpuMillis: null, memoryBytes: null },
};

function sample(seconds: number, seen: Partial<Sample> = {}): Sample {
  return { atMs: seconds * 1000, routed: ['production-1'], traffic: {}, replicas: null, ...seen };
}

function counted(
  ...readings: readonly (readonly [seconds: number, totals: TrafficTotals | null])[]
): Sample[] {
  return readings.map(([seconds, totals]) =>
    sample(seconds, { traffic: totals === null ? null : { 'production-1': totals } }),
  );
}

function used(...readings: readonly (readonly [seconds: number, seen: Partial<ReplicaReading>])[]): Sample[] {
  return readings.map(([seconds, seen]) => sample(seconds, { replicas: [{ ...reading, ...seen }] }));
}

describe('requests', () => {
  test('errors above the limit are seen in a part of the window, and what was before it does not count', () => {
    const seen = judge(rule, counted([0, traffic(1000, 900)], [5, traffic(1040, 910)]));
    expect(seen).toEqual({
      kind: 'above',
      value: 0.25,
      text: '10 of 40 requests failed, 25 % (2 % allowed)',
    });
  });

  test('that a limit is kept is known only after a whole window', () => {
    expect(judge(rule, counted([0, traffic(0, 0)], [30, traffic(100, 1)]))).toMatchObject({
      kind: 'unjudged',
      value: 0.01,
      text: 'watched for 30 s of 60 s so far',
    });
    expect(judge(rule, counted([0, traffic(0, 0)], [60, traffic(100, 1)]))).toMatchObject({ kind: 'within' });
  });

  test('a limit that is met exactly is kept', () => {
    expect(judge(rule, counted([0, traffic(0, 0)], [60, traffic(100, 2)])).kind).toBe('within');
    expect(judge(rule, counted([0, traffic(0, 0)], [60, traffic(100, 3)])).kind).toBe('above');
  });

  test('too few requests, an edge that does not answer and nothing that is live are undecided, each with its reason', () => {
    expect(judge(rule, counted([0, traffic(0, 0)], [60, traffic(19, 19)])).text).toBe(
      '19 requests in 60 s, 20 are needed',
    );
    expect(judge(rule, counted([0, traffic(0, 0)], [60, null])).text).toBe('the edge does not answer');
    expect(judge(rule, [sample(0, { routed: [] })]).text).toBe('nothing is live');
    expect(judge(rule, []).text).toBe('nobody has looked yet');
    for (const samples of [[], [sample(0)], counted([0, null], [60, null])])
      expect(judge(rule, samples)).toMatchObject({ kind: 'unjudged', value: null });
  });

  test('an edge that restarted within the window counts on from nothing', () => {
    const after = { ...traffic(30, 15), since: '2026-01-01T00:00:30.000Z' };
    const seen = judge(rule, counted([0, traffic(500, 0)], [5, traffic(530, 0)], [10, null], [15, after]));
    expect(seen).toMatchObject({ kind: 'above', value: 0.25 });
  });

  test('the requests of all deployments that users are sent to are judged together', () => {
    const both = (at: number, a: number, b: number): Sample =>
      sample(at, { routed: ['a', 'b'], traffic: { a: traffic(a, 0), b: traffic(b, b) } });
    expect(judge(rule, [both(0, 0, 0), both(5, 75, 25)]).value).toBe(0.25);
  });

  test('a latency beyond what the edge can measure is above any limit, and no number', () => {
    const p95 = { ...rule, metric: 'p95Ms', limit: 400 } as const;
    expect(judge(p95, counted([0, traffic(0, 0)], [5, traffic(20, 0, 200_000)]))).toMatchObject({
      kind: 'above',
      value: null,
    });
    expect(judge(p95, counted([0, traffic(0, 0)], [60, traffic(20, 0, 40)])).kind).toBe('within');
  });
});

describe('replicas', () => {
  const cpu = { ...rule, metric: 'cpu', limit: 0.9 } as const;
  const memory = { ...rule, metric: 'memory', limit: 0.9 } as const;
  const restarts = { ...rule, metric: 'restarts', limit: 0 } as const;

  test('CPU is of the limit, or of one core where there is none, over the whole window', () => {
    const half = { limits: { cpuMillis: 500, memoryBytes: null } };
    expect(judge(cpu, used([0, { cpuSeconds: 10 }], [60, { cpuSeconds: 40 }])).value).toBeCloseTo(0.5);
    const limited = judge(cpu, used([0, { ...half, cpuSeconds: 10 }], [60, { ...half, cpuSeconds: 40 }]));
    expect(limited).toMatchObject({
      kind: 'above',
      text: 'web replica 0 of production-1 used 100 % of its CPU limit (90 % allowed)',
    });
    expect(judge(cpu, used([0, { cpuSeconds: 0 }], [30, { cpuSeconds: 30 }])).kind).toBe('unjudged');
  });

  test('the time of a process that was started anew counts from nothing', () => {
    const seen = judge(cpu, used([0, { cpuSeconds: 50 }], [60, { cpuSeconds: 6, startedAt: 'b' }]));
    expect(seen.value).toBeCloseTo(0.1);
  });

  test('a peak of memory is allowed; staying above is not', () => {
    const at = (memoryBytes: number): Partial<ReplicaReading> => ({
      memoryBytes,
      limits: { cpuMillis: null, memoryBytes: 100 },
    });
    expect(judge(memory, used([0, at(50)], [30, at(99)], [60, at(99)])).kind).toBe('within');
    expect(judge(memory, used([0, at(95)], [30, at(99)], [60, at(93)]))).toMatchObject({
      kind: 'above',
      value: 0.93,
    });
  });

  test('the worst replica counts, and a figure that the system does not tell is undecided', () => {
    const two = (at: number, a: number | null, b: number | null): Sample =>
      sample(at, {
        replicas: [
          { ...reading, cpuSeconds: a },
          { ...reading, index: 1, cpuSeconds: b },
        ],
      });
    expect(judge(cpu, [two(0, 0, 0), two(60, 6, 60)])).toMatchObject({ kind: 'above', value: 1 });
    expect(judge(cpu, [two(0, null, null), two(60, null, null)]).text).toBe(
      'the system does not tell what replicas use',
    );
    expect(judge(memory, [two(0, 0, 0), two(60, 0, 0)]).text).toBe('no component has a memory limit');
    expect(judge(cpu, [sample(0), sample(60)]).text).toBe('the supervisor does not answer');
  });

  test('restarts are counted within the window, also past a supervisor that begins anew', () => {
    expect(judge(restarts, used([0, { restarts: 7 }], [60, { restarts: 7 }])).kind).toBe('within');
    expect(judge(restarts, used([0, { restarts: 7 }], [5, { restarts: 8 }]))).toMatchObject({
      kind: 'above',
      value: 1,
      text: 'web replica 0 of production-1 was started again once (0 allowed)',
    });
    expect(judge(restarts, used([0, { restarts: 7 }], [5, { restarts: 2 }])).value).toBe(2);
  });
});
