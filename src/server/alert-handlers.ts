import { testAlertsRequest } from '../api/requests.ts';
import { testAlerts } from '../engine/acts/test-alerts.ts';
import type { Alerting } from '../engine/monitoring/alerting.ts';
import type { EngineParts } from '../engine/parts.ts';
import { actorOf } from './actor.ts';
import { param, parse, query } from './parse.ts';
import type { Handlers } from './server.ts';
import { alertsView, undeliveredViews } from './views/alerts-view.ts';
import { topView } from './views/top-view.ts';

interface AlertParts {
  readonly parts: EngineParts;
  readonly alerts: Pick<Alerting, 'seen'>;
}

type AlertCalls = Pick<Handlers, 'alerts' | 'testAlerts' | 'undelivered' | 'top'>;

/** The calls that are about figures and alerts. */
export function alertHandlers({ parts, alerts }: AlertParts): AlertCalls {
  const { db } = parts.database;
  return {
    alerts: (request) =>
      alertsView(
        { db, alerts },
        {
          integration: param(request.params, 'integration'),
          environment: query(request.query, 'environment'),
        },
      ),
    testAlerts: (request, signal) =>
      testAlerts(
        parts,
        {
          integration: param(request.params, 'integration'),
          ...parse(testAlertsRequest, request.body),
          by: actorOf(request),
        },
        signal,
      ),
    undelivered: async () => ({ undelivered: await undeliveredViews(db) }),
    top: (request, signal) => topView(parts, query(request.query, 'integration'), signal),
  };
}
