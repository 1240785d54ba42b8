import type { Alert } from './alert-state.ts';
import type { AlertMetric, AlertRule } from './alert-rule.ts';

export const notificationKinds = ['firing', 'resolved', 'test', 'waiting', 'held'] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** What a receiver gets, beside the id by which it tells repetitions. */
export interface NotificationBody {
  readonly v: 1;
  readonly kind: NotificationKind;
  /** ISO 8601, when it happened. */
  readonly at: string;
  readonly integration: string;
  readonly environment: string;
  /** All of it in one line, under the name that many chat services read. */
  readonly text: string;
  /** Null: it is about no run. */
  readonly run: string | null;
  /** Null: it is about no alert. */
  readonly alert: {
    readonly metric: AlertMetric;
    readonly limit: number;
    /** Null: there is no figure. */
    readonly value: number | null;
    readonly windowSeconds: number;
    /** When it began to fire. */
    readonly since: string;
  } | null;
  readonly deployment: string | null;
  readonly release: string | null;
  readonly version: string | null;
  /** What to type. */
  readonly next: string;
}

/** Where something happened, and what was live there; null: nothing was. */
export interface NotificationSubject extends Pick<NotificationBody, 'deployment' | 'release' | 'version'> {
  readonly integration: string;
  readonly environment: string;
  readonly name: string;
  readonly emoji: string;
}

export interface AlertEvent {
  readonly kind: 'firing' | 'resolved';
  readonly rule: AlertRule;
  readonly firingSinceMs: number;
  readonly seen: Pick<Alert['seen'], 'value' | 'text'>;
  readonly nowMs: number;
}

/** Names an event, so that it is written down once. */
export function eventKey(
  { integration, environment }: Pick<NotificationSubject, 'integration' | 'environment'>,
  { kind, rule, firingSinceMs }: Pick<AlertEvent, 'kind' | 'rule' | 'firingSinceMs'>,
): string {
  return `${integration}/${environment}/${rule.metric}/${isoOf(firingSinceMs)}/${kind}`;
}

/** What a run waits for: asked anew it is another question, of which people hear again. */
export function questionKey({
  index,
  kind,
  since,
}: {
  readonly index: number;
  readonly kind: string;
  readonly since: string;
}): string {
  return `${index}/${kind}/${since}`;
}

export function alertBody(subject: NotificationSubject, event: AlertEvent): NotificationBody {
  const { kind, rule, firingSinceMs, seen, nowMs } = event;
  return bodyOf(subject, {
    kind,
    nowMs,
    says: `${rule.metric} ${kind === 'firing' ? 'alert' : 'alert has ended'}: ${seen.text}`,
    alert: {
      metric: rule.metric,
      limit: rule.limit,
      value: seen.value,
      windowSeconds: rule.windowMs / 1000,
      since: isoOf(firingSinceMs),
    },
  });
}

export function testBody(subject: NotificationSubject, by: string, nowMs: number): NotificationBody {
  return bodyOf(subject, { kind: 'test', nowMs, says: `test alert, asked for by ${by}` });
}

export interface RunNews {
  readonly kind: 'waiting' | 'held';
  /** Null: it is about none. */
  readonly run: string | null;
  readonly says: string;
  readonly next: string;
  readonly nowMs: number;
}

/** That a run waits for people, that a release was found bad, or that somebody went back. */
export function newsBody(
  subject: NotificationSubject,
  { kind, run, says, next, nowMs }: RunNews,
): NotificationBody {
  return bodyOf(subject, { kind, nowMs, says, run, next });
}

interface Said {
  readonly kind: NotificationKind;
  readonly nowMs: number;
  readonly says: string;
  readonly alert?: NotificationBody['alert'];
  readonly run?: string | null;
  readonly next?: string;
}

function bodyOf({ name, emoji, ...subject }: NotificationSubject, said: Said): NotificationBody {
  const { integration, environment, deployment, release, version } = subject;
  return {
    v: 1,
    kind: said.kind,
    at: isoOf(said.nowMs),
    integration,
    environment,
    text: `${emoji} ${name} ${environment}: ${said.says}${version === null ? '' : ` [${version}]`}`,
    run: said.run ?? null,
    alert: said.alert ?? null,
    deployment,
    release,
    version,
    next: said.next ?? `deployer alerts ${environment} --integration ${integration}`,
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
