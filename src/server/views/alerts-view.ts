import type {
  AlertEnvironmentView,
  AlertsView,
  AlertView,
  DeliveryView,
  ReceiverView,
  UndeliveredView,
} from '../../api/views/alerts.ts';
import { type AlertRule, receiversIn } from '../../core/alerts/alert-rule.ts';
import type { Alert } from '../../core/alerts/alert-state.ts';
import { receiverName, receiverNames } from '../../core/alerts/receiver.ts';
import type { Alerting } from '../../engine/monitoring/alerting.ts';
import { recordedRules } from '../../engine/monitoring/recorded-rules.ts';
import { rulesInForce } from '../../engine/monitoring/rules-in-force.ts';
import type { AlertRow } from '../../store/alerts.ts';
import type { Queries } from '../../store/database.ts';
import { type EnvironmentRow, findEnvironment, listEnvironments } from '../../store/environments.ts';
import { definitionOf } from '../../store/integrations.ts';
import { iso, isoOrNull } from '../../store/json.ts';
import { failingNotifications, lastNotifications, type NotificationRow } from '../../store/notifications.ts';

interface ViewParts {
  readonly db: Queries;
  readonly alerts: Pick<Alerting, 'seen'>;
}

/** Of one environment, or of those where what is live raises alerts or tells somebody. */
export async function alertsView(
  parts: ViewParts,
  { integration, environment }: { readonly integration: string; readonly environment: string | null },
): Promise<AlertsView> {
  // An unknown integration is refused by name.
  await definitionOf(parts.db, integration);
  if (environment !== null) {
    const row = await findEnvironment(parts.db, integration, environment);
    return { integration, environments: [await environmentView(parts, row)] };
  }
  const rows = await listEnvironments(parts.db, integration);
  const views = await Promise.all(rows.map((row) => environmentView(parts, row)));
  return {
    integration,
    environments: views.filter(({ rules, receivers }) => rules.length + receivers.length > 0),
  };
}

async function environmentView(parts: ViewParts, row: EnvironmentRow): Promise<AlertEnvironmentView> {
  const { db, alerts } = parts;
  const ref = { integration: row.integration, environment: row.name };
  const inForce = await rulesInForce(db, row);
  const recorded = await recordedRules(db, inForce);
  const seen = alerts.seen(ref);
  const last = await lastNotifications(db, ref);
  const lookedAt = recorded[0]?.looked_at ?? null;
  const webhooks = inForce === null ? [] : receiversIn(inForce.monitoring, row.name);
  const names = receiverNames(webhooks);
  return {
    environment: row.name,
    deployment: inForce?.deployment ?? null,
    release: inForce?.release ?? null,
    version: inForce?.subject.version ?? null,
    windowSeconds: inForce?.monitoring.windowSeconds ?? null,
    minRequests: inForce?.monitoring.minRequests ?? null,
    rules: (inForce?.rules ?? []).map((rule) =>
      ruleView(rule, {
        seen: seen?.alerts.get(rule.metric) ?? null,
        recorded: recorded.find(({ metric }) => metric === rule.metric) ?? null,
      }),
    ),
    receivers: webhooks.map((webhook, index): ReceiverView => {
      const delivery = last.find(({ receiver }) => receiver === webhook);
      return { receiver: names[index] ?? '', last: delivery === undefined ? null : deliveryView(delivery) };
    }),
    lookedAt: seen === null ? isoOrNull(lookedAt) : new Date(seen.atMs).toISOString(),
  };
}

/** Of the process that looks there is newer news than what it has written down. */
function ruleView(
  { metric, limit }: AlertRule,
  { seen, recorded }: { readonly seen: Alert | null; readonly recorded: AlertRow | null },
): AlertView {
  if (seen !== null) {
    const since = new Date(seen.sinceMs).toISOString();
    return { metric, limit, value: seen.seen.value, state: seen.state, since, reason: seen.seen.text };
  }
  if (recorded === null)
    return { metric, limit, value: null, state: 'undecided', since: null, reason: 'nobody has looked yet' };
  const { value, state, since, reason } = recorded;
  return { metric, limit, value, state, since: iso(since), reason };
}

function deliveryView(row: NotificationRow): DeliveryView {
  const { kind, created_at: at, delivered_at: deliveredAt, attempts, last_error: error, next_at: next } = row;
  return {
    kind,
    at: iso(at),
    deliveredAt: isoOrNull(deliveredAt),
    attempts,
    error: deliveredAt === null ? error : null,
    nextTryAt: isoOrNull(next),
  };
}

/** One for each receiver, with what it was last to be told. */
export async function undeliveredViews(db: Queries): Promise<readonly UndeliveredView[]> {
  const found = new Map<string, UndeliveredView>();
  for (const row of await failingNotifications(db)) {
    const { integration, environment, receiver } = row;
    const key = `${integration}/${environment}/${receiver}`;
    const known = found.get(key);
    const first = { integration, environment, receiver: receiverName(receiver), last: deliveryView(row) };
    found.set(key, { ...(known ?? first), count: (known?.count ?? 0) + 1 });
  }
  return [...found.values()];
}
