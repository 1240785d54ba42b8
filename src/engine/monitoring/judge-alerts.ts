import type { Logger } from 'pino';

import type { AlertMetric } from '../../core/alerts/alert-rule.ts';
import { type Alert, nextAlert } from '../../core/alerts/alert-state.ts';
import { hasFigures } from '../../core/alerts/has-figures.ts';
import { judge } from '../../core/alerts/judge.ts';
import { type Sample, withSample } from '../../core/alerts/samples.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import { alertsIn } from '../../store/alerts.ts';
import type { Queries } from '../../store/database.ts';
import type { EngineParts } from '../parts.ts';
import { type JudgedRule, recordAlerts } from './record-alerts.ts';
import type { RulesInForce } from './rules-in-force.ts';

/** How the alerts of an environment stood at the last look of this process. */
export interface SeenAlerts {
  /** By the clock that people have. */
  readonly atMs: number;
  readonly alerts: ReadonlyMap<AlertMetric, Alert>;
}

/** What one look leaves to the next. */
export interface JudgedAlerts extends SeenAlerts {
  /** Whose rules they are. */
  readonly release: string;
  readonly samples: readonly Sample[];
  readonly recordedMs: number;
  /** When every figure was read that the rules are judged by, by the clock that people have; null: not yet. */
  readonly figuresAtMs: number | null;
}

export interface RulesToJudge {
  readonly inForce: RulesInForce;
  readonly before: JudgedAlerts;
  readonly sample: Sample;
}

export interface JudgingParts extends Pick<EngineParts, 'database' | 'worker' | 'clock'> {
  readonly logger: Logger;
}

/** What a look found is written down when it changes something, and else so often. */
const recordEveryMs = 30_000;

/** What the database knows of an environment that this process has not looked at. */
export async function recordedAlerts(db: Queries, of: EdgeRef): Promise<JudgedAlerts> {
  const rows = await alertsIn(db, of);
  const alerts = rows.map(({ metric, state, since, value, reason }): [AlertMetric, Alert] => {
    const seen = { kind: 'unjudged' as const, value, text: reason, looks: 0 };
    return [metric, { state, sinceMs: since.getTime(), seen }];
  });
  return {
    atMs: 0,
    alerts: new Map(alerts),
    release: rows[0]?.release ?? '',
    samples: [],
    recordedMs: 0,
    figuresAtMs: rows[0]?.figures_at?.getTime() ?? null,
  };
}

/** Judges every rule by the next sample, and writes down what has changed with whom to tell. */
export async function judgeAlerts(
  parts: JudgingParts,
  { inForce, before, sample }: RulesToJudge,
): Promise<JudgedAlerts> {
  const { rules, release, subject } = inForce;
  const nowMs = parts.clock.now();
  const samples = withSample(before.samples, sample, windowMsOf(inForce));
  const next = rules.map((rule): JudgedRule => {
    const former = before.alerts.get(rule.metric) ?? null;
    const { windowMs } = rule;
    return { rule, before: former, ...nextAlert(former, judge(rule, samples), { nowMs, windowMs }) };
  });
  const isNew = before.release !== release || before.alerts.size !== rules.length;
  const hasChanged = next.some(({ before: former, after }) => former?.state !== after.state);
  const isDue = sample.atMs - before.recordedMs >= recordEveryMs;
  const figuresBefore = isNew ? null : before.figuresAtMs;
  const figuresAtMs = hasFigures(sample, rules) ? nowMs : figuresBefore;
  const areFirst = figuresBefore === null && figuresAtMs !== null;
  const isRecorded = isNew || hasChanged || areFirst || isDue;
  if (isRecorded) await recordAlerts(parts, { environment: subject, inForce, next, nowMs, figuresAtMs });
  for (const { rule, event, after } of next) {
    const environment = `${subject.integration}/${subject.environment}`;
    if (event !== null) parts.logger.info({ environment, rule, event, seen: after.seen }, 'alert');
  }
  return {
    atMs: nowMs,
    alerts: new Map(next.map(({ rule, after }) => [rule.metric, after])),
    release,
    samples,
    recordedMs: isRecorded ? sample.atMs : before.recordedMs,
    figuresAtMs,
  };
}

/** All rules of a release are judged over the same window. */
export function windowMsOf({ monitoring }: RulesInForce): number {
  return monitoring.windowSeconds * 1000;
}
