import type { AlertMetric } from '../../core/alerts/alert-rule.ts';
import type { AlertState } from '../../core/alerts/alert-state.ts';
import type { NotificationKind } from '../../core/alerts/notification.ts';

/** Alerts by environment, as what is live there asks for them. */
export interface AlertsView {
  readonly integration: string;
  readonly environments: readonly AlertEnvironmentView[];
}

export interface AlertEnvironmentView {
  readonly environment: string;
  /** What is live, whose rules these are; null: nothing is. */
  readonly deployment: string | null;
  readonly release: string | null;
  readonly version: string | null;
  readonly windowSeconds: number | null;
  readonly minRequests: number | null;
  readonly rules: readonly AlertView[];
  readonly receivers: readonly ReceiverView[];
  /** When they were judged last; null: not yet. */
  readonly lookedAt: string | null;
}

export interface AlertView {
  readonly metric: AlertMetric;
  readonly limit: number;
  /** Null: there is no figure. */
  readonly value: number | null;
  readonly state: AlertState;
  /** Null: nobody has looked yet. */
  readonly since: string | null;
  /** What the last look saw, or why it could not be judged. */
  readonly reason: string;
}

export interface ReceiverView {
  /** A reference to a secret, or no more of an address than its host. */
  readonly receiver: string;
  readonly last: DeliveryView | null;
}

export interface DeliveryView {
  readonly kind: NotificationKind;
  readonly at: string;
  /** Null: not yet, or it was given up. */
  readonly deliveredAt: string | null;
  readonly attempts: number;
  /** Of the last try; null: it was delivered, or not tried yet. */
  readonly error: string | null;
  /** Null: it is not tried again. */
  readonly nextTryAt: string | null;
}

export interface AlertTestView {
  readonly environment: string;
  readonly event: string;
  /** Digest. */
  readonly evidence: string;
  readonly deliveries: readonly {
    readonly receiver: string;
    readonly delivered: boolean;
    readonly attempts: number;
    /** Of the last answer; null: there was none. */
    readonly status: number | null;
    readonly error: string | null;
    /** Null: it was not delivered. */
    readonly ms: number | null;
  }[];
}

/** What could not be delivered, at any receiver of the server. */
export interface UndeliveredView {
  readonly integration: string;
  readonly environment: string;
  readonly receiver: string;
  readonly last: DeliveryView;
  /** How many events are not delivered. */
  readonly count: number;
}
