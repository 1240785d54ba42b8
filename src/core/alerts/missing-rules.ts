import type { MonitoringDefinition } from '../definition/integration.ts';
import { type AlertMetric, rulesIn } from './alert-rule.ts';

/** A rule of what is live, as it was seen. */
export interface RuleInForce {
  readonly metric: string;
  readonly limit: number;
  /** Whether somebody looks how it stands. */
  readonly isLookedAt: boolean;
}

export interface LiveRules {
  readonly environment: string;
  readonly inForce: readonly RuleInForce[];
  /** How long somebody could have looked at what is live, in milliseconds. */
  readonly liveMs: number;
}

export interface MissingRule {
  readonly metric: AlertMetric;
  /** What is live instead, to follow its name. */
  readonly observed: string;
}

/** Looks are written down every half minute; a rule that has just become live has had none yet, which is no drift. */
const firstLookMs = 2 * 60_000;

/** Rules that were decided, and that what is live does not have, has with another limit, or that nobody looks after. */
export function missingRules(
  decided: MonitoringDefinition,
  { environment, inForce, liveMs }: LiveRules,
): readonly MissingRule[] {
  return rulesIn(decided, environment).flatMap(({ metric, limit }): readonly MissingRule[] => {
    const rule = inForce.find((each) => each.metric === metric);
    if (rule === undefined) return [{ metric, observed: 'raises no such alert' }];
    if (rule.limit !== limit) return [{ metric, observed: `has the limit ${rule.limit}, not ${limit}` }];
    if (rule.isLookedAt || liveMs < firstLookMs) return [];
    return [{ metric, observed: 'has the rule, and nobody looks after it' }];
  });
}
