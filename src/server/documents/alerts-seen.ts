import type { AlertsSeen } from '../../core/document/facts.ts';
import type { Queries } from '../../store/database.ts';
import { alertsView } from '../views/alerts-view.ts';

/** How the alerts stand that are judged or told of, as they were written down: figures of the moment are left out. */
export async function alertsSeen(db: Queries, integration: string): Promise<readonly AlertsSeen[]> {
  const { environments } = await alertsView(
    { db, alerts: { seen: () => null } },
    { integration, environment: null },
  );
  return environments.map(({ environment, rules, receivers }) => ({
    environment,
    rules: rules.map(({ metric, limit, state, reason, since }) => ({
      metric,
      limit,
      state,
      reason,
      isLookedAt: since !== null,
    })),
    receivers: receivers.map(({ receiver }) => receiver),
  }));
}
