import { count, duration, milliseconds, percent } from '../texts/figures.ts';
import { percentileMs } from '../verdicts/latency.ts';
import { advanceWindow, openWindow, trafficIn, type WindowTraffic } from '../verdicts/traffic-window.ts';
import type { AlertRule } from './alert-rule.ts';
import { type ReplicaUse, replicaUses } from './replica-use.ts';
import { type Sample, type SampledWindow, sampledWindow } from './samples.ts';

/**
 * What one look at a window says of a rule. `unjudged`: neither; its text says why. A limit may be passed in part of a
 * window, but it is kept only by a whole one.
 */
export interface Judgement {
  readonly kind: 'above' | 'within' | 'unjudged';
  /** In the unit of the rule; null: there is no figure. */
  readonly value: number | null;
  /** A sentence without its full stop. */
  readonly text: string;
}

export function judge(rule: AlertRule, samples: readonly Sample[]): Judgement {
  const window = sampledWindow(samples, rule.windowMs);
  const last = samples.at(-1);
  if (last === undefined) return unjudged('nobody has looked yet');
  if (last.routed.length === 0) return unjudged('nothing is live');
  switch (rule.metric) {
    case 'errorRate':
    case 'p95Ms':
      return judgeTraffic(rule, window);
    case 'cpu':
    case 'memory':
    case 'restarts':
      return judgeReplicas(rule, window);
  }
}

function judgeTraffic(rule: AlertRule, window: SampledWindow): Judgement {
  const { metric, limit, minRequests, windowMs } = rule;
  const traffic = trafficOf(window);
  if (traffic === null) return unjudged('the edge does not answer');
  const { requests, errors, latency } = traffic;
  if (requests < minRequests) {
    const within = duration(Math.min(window.spanMs, windowMs));
    return unjudged(`${count(requests, 'request')} in ${within}, ${minRequests} are needed`);
  }
  const p95 = percentileMs(latency, 0.95);
  if (metric === 'p95Ms' && p95 === null) return unjudged('no latency was measured');
  const value = metric === 'errorRate' ? errors / requests : (p95 ?? 0);
  const text =
    metric === 'errorRate'
      ? `${errors} of ${count(requests, 'request')} failed, ${percent(value)} (${percent(limit)} allowed)`
      : `p95 is ${milliseconds(value)} (${milliseconds(limit)} allowed) over ${count(requests, 'request')}`;
  // Beyond what the edge can measure there is no number for it.
  return decided(rule, window, {
    value: Number.isFinite(value) ? value : null,
    isAbove: value > limit,
    text,
  });
}

function judgeReplicas(rule: AlertRule, window: SampledWindow): Judgement {
  const { metric, limit } = rule;
  if (window.samples.at(-1)?.replicas === null) return unjudged('the supervisor does not answer');
  const uses = replicaUses(window);
  const values = uses.flatMap((use): readonly Valued[] => {
    const value = valueOf(metric, use);
    return value === null ? [] : [{ use, value }];
  });
  const [first, ...others] = values;
  if (first === undefined) return unjudged(whyNoFigure(metric, uses, window));
  const worst = others.reduce((most, each) => (each.value > most.value ? each : most), first);
  // A peak is allowed: of CPU and memory a part of the window proves nothing.
  if (metric !== 'restarts' && !window.isWhole) return tooEarly(rule, window, worst.value);
  const what =
    worst.value === 0 && metric === 'restarts' ? 'no replica was started again' : used(metric, worst);
  const text = `${what} (${allowed(metric, limit)} allowed)`;
  return decided(rule, window, { value: worst.value, isAbove: worst.value > limit, text });
}

interface Valued {
  readonly use: ReplicaUse;
  readonly value: number;
}

interface Decided {
  readonly value: number | null;
  readonly isAbove: boolean;
  readonly text: string;
}

function decided(rule: AlertRule, window: SampledWindow, { value, isAbove, text }: Decided): Judgement {
  if (isAbove) return { kind: 'above', value, text };
  return window.isWhole ? { kind: 'within', value, text } : tooEarly(rule, window, value);
}

function tooEarly({ windowMs }: AlertRule, { spanMs }: SampledWindow, value: number | null): Judgement {
  return { ...unjudged(`watched for ${duration(spanMs)} of ${duration(windowMs)} so far`), value };
}

/** Null: the edge could not be asked at the last look. */
function trafficOf({ samples }: SampledWindow): WindowTraffic | null {
  const last = samples.at(-1);
  if (last === undefined || last.traffic === null) return null;
  const parts = last.routed.map((deployment) => {
    const readings = samples.flatMap(({ traffic }) =>
      traffic === null ? [] : [traffic[deployment] ?? null],
    );
    const [first = null, ...later] = readings;
    return trafficIn(later.reduce(advanceWindow, openWindow(first)));
  });
  const [first = trafficIn(openWindow(null)), ...others] = parts;
  return others.reduce(sumOf, first);
}

function sumOf(a: WindowTraffic, b: WindowTraffic): WindowTraffic {
  return trafficIn({ earlier: a, from: null, latest: { ...b, since: '', active: 0 } });
}

function valueOf(metric: AlertRule['metric'], use: ReplicaUse): number | null {
  if (metric === 'cpu') return use.cpu;
  return metric === 'memory' ? use.memory : use.restarts;
}

function whyNoFigure(
  metric: AlertRule['metric'],
  uses: readonly ReplicaUse[],
  { spanMs }: SampledWindow,
): string {
  if (uses.length === 0) return 'no replica runs';
  if (metric === 'memory' && uses.every(({ hasMemoryLimit }) => !hasMemoryLimit))
    return 'no component has a memory limit';
  return metric === 'cpu' && spanMs === 0
    ? 'looked at once so far'
    : 'the system does not tell what replicas use';
}

function used(metric: AlertRule['metric'], { value, use }: Valued): string {
  if (metric === 'restarts')
    return `${use.name} was started again ${value === 1 ? 'once' : `${value} times`}`;
  if (metric === 'memory') return `${use.name} stayed at ${percent(value)} of its memory limit`;
  return `${use.name} used ${percent(value)} of ${use.hasCpuLimit ? 'its CPU limit' : 'one core'}`;
}

function allowed(metric: AlertRule['metric'], limit: number): string {
  return metric === 'restarts' ? String(limit) : percent(limit);
}

function unjudged(text: string): Judgement {
  return { kind: 'unjudged', value: null, text };
}
