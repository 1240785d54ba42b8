import type { AlertRule } from '../../core/alerts/alert-rule.ts';
import type { Alert, NextAlert } from '../../core/alerts/alert-state.ts';
import {
  alertBody,
  type AlertEvent,
  eventKey,
  type NotificationSubject,
} from '../../core/alerts/notification.ts';
import type { EdgeRef } from '../../core/switching/edge.ts';
import { type AlertRow, alertsIn, holdsConvergence, saveAlerts } from '../../store/alerts.ts';
import type { Queries } from '../../store/database.ts';
import { releaseById } from '../../store/releases.ts';
import type { EngineParts } from '../parts.ts';
import { type Announcement, notify } from './notify.ts';
import type { RulesInForce } from './rules-in-force.ts';

export interface AlertsRecord {
  readonly environment: EdgeRef;
  /** Null: nothing is live, or what is live says nothing of monitoring. */
  readonly inForce: RulesInForce | null;
  readonly next: readonly JudgedRule[];
  readonly nowMs: number;
  /** When every figure was read that the rules are judged by; null: not yet. */
  readonly figuresAtMs: number | null;
}

/** A rule, and what the look at it has made of its alert. */
export interface JudgedRule extends NextAlert {
  readonly rule: AlertRule;
  readonly before: Alert | null;
}

/** This worker hung, and another one looks after the environments of its host: what it found is not written down. */
class Replaced extends Error {}

/** Writes down how alerts stand, and in the same transaction who is to be told of what has changed. */
export async function recordAlerts(
  { database, worker }: Pick<EngineParts, 'database' | 'worker'>,
  record: AlertsRecord,
): Promise<void> {
  const { environment, inForce, next, nowMs, figuresAtMs } = record;
  await database.transaction(async ({ db }) => {
    if (!(await holdsConvergence(db, worker)))
      throw new Replaced('another worker looks after the environments');
    const former = await alertsIn(db, environment);
    const metrics = new Set(next.map(({ rule }) => rule.metric));
    const gone = former.filter(({ metric, state }) => state === 'firing' && !metrics.has(metric));
    const events = [
      ...(inForce === null ? [] : next.flatMap((each) => eventsOf(inForce, each, nowMs))),
      ...(await Promise.all(gone.map((alert) => endOf(db, alert, nowMs)))).flat(),
    ];
    for (const event of events) await notify(db, event);
    if (former.length === 0 && next.length === 0) return;
    await saveAlerts(
      db,
      environment,
      inForce === null ? [] : next.map((each) => alertRow(inForce, each, { nowMs, figuresAtMs })),
    );
  });
}

function eventsOf(
  { subject, monitoring }: RulesInForce,
  { rule, before, after, event }: JudgedRule,
  nowMs: number,
): readonly Announcement[] {
  if (event === null) return [];
  const firingSinceMs = event === 'firing' ? after.sinceMs : (before?.sinceMs ?? after.sinceMs);
  const what: AlertEvent = { kind: event, rule, firingSinceMs, seen: after.seen, nowMs };
  return [{ event: eventKey(subject, what), body: alertBody(subject, what), receivers: monitoring.webhooks }];
}

/** Whoever was told that it fires is told that nobody looks any more. */
async function endOf(db: Queries, alert: AlertRow, nowMs: number): Promise<readonly Announcement[]> {
  const { definition, version } = await releaseById(db, alert.release);
  const { integration, environment, deployment, release } = alert;
  const { monitoring, name, emoji } = definition;
  if (monitoring === undefined) return [];
  const subject: NotificationSubject = {
    integration,
    environment,
    name,
    emoji,
    deployment,
    release,
    version,
  };
  const { metric, threshold: limit, since } = alert;
  const rule = {
    metric,
    limit,
    windowMs: monitoring.windowSeconds * 1000,
    minRequests: monitoring.minRequests,
  };
  const seen = { value: null, text: 'what is live now has no such rule, or nothing is live' };
  const what: AlertEvent = { kind: 'resolved', rule, firingSinceMs: since.getTime(), seen, nowMs };
  return [{ event: eventKey(subject, what), body: alertBody(subject, what), receivers: monitoring.webhooks }];
}

function alertRow(
  { subject: { integration, environment }, digest, release, deployment }: RulesInForce,
  { rule, after }: JudgedRule,
  { nowMs, figuresAtMs }: Pick<AlertsRecord, 'nowMs' | 'figuresAtMs'>,
): AlertRow {
  return {
    integration,
    environment,
    metric: rule.metric,
    threshold: rule.limit,
    monitoring: digest,
    release,
    deployment,
    state: after.state,
    since: new Date(after.sinceMs),
    value: after.seen.value,
    reason: after.seen.text,
    looked_at: new Date(nowMs),
    figures_at: figuresAtMs === null ? null : new Date(figuresAtMs),
  };
}
