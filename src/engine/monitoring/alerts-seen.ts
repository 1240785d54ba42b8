import { type AlertRule, receiversIn } from '../../core/alerts/alert-rule.ts';
import { receiverNames } from '../../core/alerts/receiver.ts';
import { areFresh } from '../../core/checklist/observation.ts';
import type { AlertsSeen } from '../../core/document/facts.ts';
import { recordedRules } from './recorded-rules.ts';
import { rulesInForce } from './rules-in-force.ts';
import type { EngineParts } from '../parts.ts';
import type { AlertRow } from '../../store/alerts.ts';
import type { Queries } from '../../store/database.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import { iso } from '../../store/json.ts';

/** How the alerts stand that are judged or told of, as they were written down: figures of the moment are left out. */
export async function alertsSeen(
  { database: { db }, clock }: Pick<EngineParts, 'clock' | 'database'>,
  environments: readonly EnvironmentRow[],
): Promise<readonly AlertsSeen[]> {
  const nowMs = clock.now();
  const seen = await Promise.all(environments.map((row) => alertsSeenIn(db, row, nowMs)));
  return seen.filter(({ rules, receivers }) => rules.length + receivers.length > 0);
}

/** Those of one environment, also where it has none. */
export async function alertsSeenIn(db: Queries, row: EnvironmentRow, nowMs: number): Promise<AlertsSeen> {
  const environment = row.name;
  const inForce = await rulesInForce(db, row);
  if (inForce === null) return { environment, rules: [], receivers: [] };
  const recorded = await recordedRules(db, inForce);
  return {
    environment,
    rules: inForce.rules.map((rule) =>
      ruleSeen(rule, recorded.find(({ metric }) => metric === rule.metric) ?? null, nowMs),
    ),
    receivers: receiverNames(receiversIn(inForce.monitoring, environment)),
  };
}

/** What was written down long ago says how it stood then, and that nobody looks now. */
export function ruleSeen(
  { metric, limit }: Pick<AlertRule, 'limit' | 'metric'>,
  recorded: Pick<AlertRow, 'looked_at' | 'reason' | 'state'> | null,
  nowMs: number,
): AlertsSeen['rules'][number] {
  const unseen = { metric, limit, state: 'undecided', isLookedAt: false };
  if (recorded === null) return { ...unseen, reason: 'nobody has looked yet', at: null };
  const { state, reason } = recorded;
  const at = iso(recorded.looked_at);
  if (!areFresh(at, nowMs)) return { ...unseen, reason: `nobody has looked since it was ${state}`, at };
  return { metric, limit, state, reason, isLookedAt: true, at };
}
