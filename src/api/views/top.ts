import type { AlertMetric } from '../../core/alerts/alert-rule.ts';
import type { DeploymentState } from '../../core/switching/deployment.ts';
import type { ReplicaFigures } from '../../core/places/target.ts';

/** Counters as they stand now: two of these, one after the other, make rates. */
export interface TopView {
  /** ISO 8601 with milliseconds. */
  readonly at: string;
  /** By integration and environment; what users have comes first. */
  readonly deployments: readonly TopDeploymentView[];
  readonly firing: readonly FiringView[];
}

export interface TopDeploymentView {
  readonly integration: string;
  readonly environment: string;
  readonly deployment: string;
  readonly version: string;
  readonly state: DeploymentState;
  readonly stable: boolean;
  /** Part of the default rule's traffic, 0 to 1. */
  readonly share: number;
  /** Null: the edge cannot be asked. */
  readonly traffic: TopTraffic | null;
  /** Null: its place cannot be asked, or does not tell. */
  readonly figures: TopFigures | null;
}

/** Since the edge started. */
export interface TopTraffic {
  readonly since: string;
  readonly requests: number;
  readonly errors: number;
  readonly active: number;
  /** Requests per bucket of latency (`latencyBoundsMs`), without the empty ones at the end. */
  readonly counts: readonly number[];
}

export interface TopFigures {
  readonly at: string;
  readonly replicas: readonly ReplicaFigures[];
}

export interface FiringView {
  readonly integration: string;
  readonly environment: string;
  readonly metric: AlertMetric;
}
