import type { ColumnType } from 'kysely';

import type { AlertMetric } from '../../core/alerts/alert-rule.ts';
import type { AlertState } from '../../core/alerts/alert-state.ts';
import type { NotificationBody, NotificationKind } from '../../core/alerts/notification.ts';
import type { Json, NullableTime, Time } from './column-types.ts';

export interface AlertTable {
  integration: string;
  environment: string;
  metric: AlertMetric;
  threshold: number;
  /** Digest of the section of the definition that the rule is of. */
  monitoring: string;
  /** Whose rule it is. */
  release: string;
  deployment: string | null;
  state: AlertState;
  since: Time;
  value: number | null;
  reason: string;
  /** Written down from time to time, not with every look. */
  looked_at: Time;
  /** When a look found every figure that the rules are judged by; null: none has. */
  figures_at: NullableTime;
}

export interface NotificationTable {
  /** What receivers tell repetitions by: one event has as many rows as it has receivers, and each its own. */
  id: string;
  /** What it is about, so that it is written down once. */
  event: string;
  /** Address, or reference to a secret that holds one. */
  receiver: string;
  kind: NotificationKind;
  integration: string;
  environment: string;
  body: Json<NotificationBody>;
  created_at: Time;
  /** After this it is not tried any more. */
  deadline: Time;
  attempts: ColumnType<number, number | undefined, number>;
  /** Null: it was delivered, or given up. */
  next_at: NullableTime;
  delivered_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** Of the last answer. */
  status: ColumnType<number | null, number | null | undefined, number | null>;
  last_error: ColumnType<string | null, string | null | undefined, string | null>;
}
