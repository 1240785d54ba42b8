import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';

import {
  type AlertMetric,
  type AlertRule,
  lookEveryMs,
  needsReplicas,
} from '../../core/alerts/alert-rule.ts';
import { type Alert, nextAlert } from '../../core/alerts/alert-state.ts';
import { hasFigures } from '../../core/alerts/has-figures.ts';
import { judge } from '../../core/alerts/judge.ts';
import { dueLooks, untilNextLook } from '../../core/alerts/look-times.ts';
import type { Sample } from '../../core/alerts/samples.ts';
import { withSample } from '../../core/alerts/samples.ts';
import type { EdgeRef } from '../../core/edge.ts';
import { mapAhead } from '../../lib/map-ahead.ts';
import { messageOf } from '../../lib/message-of.ts';
import { alertsIn } from '../../store/alerts.ts';
import { type EnvironmentRow, environmentsOfHost, findEnvironment } from '../../store/environments.ts';
import { takeConvergence } from '../../store/workers.ts';
import type { EngineParts } from '../parts.ts';
import { recordAlerts } from './record-alerts.ts';
import { type FindRules, rememberedRules, type RulesInForce } from './rules-in-force.ts';
import { takeSample } from './take-sample.ts';

/** Judges the alerts of this host's environments, by the worker that looks after them. */
export interface Alerting {
  /** One look at every environment whose time has come; resolves with the milliseconds until the next one. */
  runOnce(signal: AbortSignal): Promise<number>;
  /** How its alerts stood at the last look of this process; null: another one looks, or nobody does. */
  seen(environment: EdgeRef): SeenAlerts | null;
}

export interface SeenAlerts {
  /** By the clock that people have. */
  readonly atMs: number;
  readonly alerts: ReadonlyMap<AlertMetric, Alert>;
}

/** How soon rules are noticed that have come into force. */
const idleMs = 5000;
/** What a look found is written down when it changes something, and else so often. */
const recordEveryMs = 30_000;
const looksAtOnce = 8;
/** A place that is silent takes 3 s: a round of such ones ends well within what the loop is allowed. */
const looksPerRound = 64;

interface Watched extends SeenAlerts {
  /** Whose rules they are. */
  readonly release: string;
  readonly samples: readonly Sample[];
  readonly recordedMs: number;
  /** When every figure was read that the rules are judged by, by the clock that people have; null: not yet. */
  readonly figuresAtMs: number | null;
}

export function alerting(parts: EngineParts, logger: Logger): Alerting {
  const { database, worker, steady, clock } = parts;
  const find: FindRules = rememberedRules(database.db);
  const watched = new Map<string, Watched>();
  /** Environments without rules, of which nothing is left in the database. */
  const without = new Set<string>();
  /** When each environment is looked at next, by the steady clock. */
  const times = new Map<string, number>();
  let listed: Listed | null = null;

  async function look(row: EnvironmentRow, signal: AbortSignal): Promise<void> {
    const key = keyOf({ integration: row.integration, environment: row.name });
    const inForce = await find(row);
    if (inForce === null || inForce.rules.length === 0) return await leave(key, row, inForce);
    without.delete(key);
    const before = watched.get(key) ?? (await remembered(row));
    const sample = await takeSample(parts, row, { withReplicas: inForce.rules.some(needsReplicas), signal });
    watched.set(key, await judged({ row, inForce, before, sample }));
    const windowMs = Math.max(...inForce.rules.map((rule) => rule.windowMs));
    times.set(key, sample.atMs + lookEveryMs(windowMs));
  }

  /** The environments of this host, which are asked for now and then: only what is due is read in between. */
  async function list(): Promise<Listed> {
    const rows = await environmentsOfHost(database.db, worker.host.id);
    const byKey = rows.map((row) => [keyOf({ ...row, environment: row.name }), row] as const);
    return { rows: new Map(byKey), atMs: steady.now() };
  }

  /** By where users are now: only a list that was just made says so, and of what is not looked at often. */
  async function lookAnew(key: string, row: EnvironmentRow, { isListNew, signal }: Round): Promise<void> {
    times.set(key, steady.now() + idleMs);
    const isRowNew = isListNew && !watched.has(key);
    await look(isRowNew ? row : await findEnvironment(database.db, row.integration, row.name), signal);
  }

  /** What the database knows of an environment that this process has not looked at. */
  async function remembered(row: EnvironmentRow): Promise<Watched> {
    const rows = await alertsIn(database.db, { integration: row.integration, environment: row.name });
    const alerts = rows.map(({ metric, state, since, value, reason }): [AlertMetric, Alert] => {
      const seen = { kind: 'unjudged' as const, value, text: reason, looks: 0 };
      return [metric, { state, sinceMs: since.getTime(), seen }];
    });
    const release = rows[0]?.release ?? '';
    const figuresAtMs = rows[0]?.figures_at?.getTime() ?? null;
    return {
      atMs: 0,
      alerts: new Map(alerts),
      release,
      samples: [],
      recordedMs: 0,
      figuresAtMs,
    };
  }

  async function judged({ row, inForce, before, sample }: Look): Promise<Watched> {
    const { rules, release } = inForce;
    const windowMs = Math.max(...rules.map((rule) => rule.windowMs));
    const samples = withSample(before.samples, sample, windowMs);
    const nowMs = clock.now();
    const next = rules.map((rule) => ({
      rule,
      before: before.alerts.get(rule.metric) ?? null,
      ...nextAlert(before.alerts.get(rule.metric) ?? null, judge(rule, samples), { nowMs, windowMs }),
    }));
    const isNew = before.release !== release || before.alerts.size !== rules.length;
    const hasChanged = next.some(({ before: former, after }) => former?.state !== after.state);
    const isDue = sample.atMs - before.recordedMs >= recordEveryMs;
    const figuresBefore = isNew ? null : before.figuresAtMs;
    const figuresAtMs = hasFigures(sample, rules) ? nowMs : figuresBefore;
    const areFirst = figuresBefore === null && figuresAtMs !== null;
    const isRecorded = isNew || hasChanged || areFirst || isDue;
    if (isRecorded) await recordAlerts(parts, { row, inForce, next, nowMs, figuresAtMs, newId: randomUUID });
    for (const { rule, event, after } of next) {
      if (event !== null)
        logger.info({ environment: keyOf(inForce.place), rule, event, seen: after.seen }, 'alert');
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

  /** Rules that are not in force any more take their alerts with them. */
  async function leave(key: string, row: EnvironmentRow, inForce: RulesInForce | null): Promise<void> {
    if (without.has(key)) return;
    watched.delete(key);
    await recordAlerts(parts, {
      row,
      inForce,
      next: [],
      nowMs: clock.now(),
      figuresAtMs: null,
      newId: randomUUID,
    });
    without.add(key);
  }

  return {
    async runOnce(signal) {
      if (!(await takeConvergence(database.db, worker))) {
        watched.clear();
        without.clear();
        times.clear();
        listed = null;
        return idleMs;
      }
      const isListNew = listed === null || steady.now() - listed.atMs >= idleMs;
      const { rows } = isListNew || listed === null ? (listed = await list()) : listed;
      const environments = [...rows.keys()];
      const due = dueLooks(times, { environments, nowMs: steady.now(), atMost: looksPerRound });
      const looks = mapAhead(due, looksAtOnce, async (key) => {
        const row = rows.get(key);
        if (row === undefined) return;
        await lookAnew(key, row, { isListNew, signal }).catch((error: unknown) => {
          if (signal.aborted) throw error;
          logger.warn({ environment: key, message: messageOf(error) }, 'alerts were not judged');
        });
      });
      for await (const _ of looks) signal.throwIfAborted();
      const soonest = untilNextLook(times, { environments, nowMs: steady.now() });
      return Math.max(100, Math.min(idleMs, soonest));
    },
    seen: (environment) => watched.get(keyOf(environment)) ?? null,
  };
}

interface Listed {
  readonly rows: ReadonlyMap<string, EnvironmentRow>;
  readonly atMs: number;
}

interface Round {
  readonly isListNew: boolean;
  readonly signal: AbortSignal;
}

interface Look {
  readonly row: EnvironmentRow;
  readonly inForce: RulesInForce;
  readonly before: Watched;
  readonly sample: Sample;
}

export interface NextOfRule {
  readonly rule: AlertRule;
  readonly before: Alert | null;
  readonly after: Alert;
  readonly event: 'firing' | 'resolved' | null;
}

function keyOf({ integration, environment }: EdgeRef): string {
  return `${integration}/${environment}`;
}
