import { randomUUID } from 'node:crypto';

import { receiversIn } from '../../core/alerts/alert-rule.ts';
import { deliveryWithinMs } from '../../core/alerts/delivery.ts';
import { newsBody, type NotifiedPlace } from '../../core/alerts/notification.ts';
import type { MonitoringDefinition } from '../../core/integration.ts';
import type { Queries } from '../../store/database.ts';
import { findEnvironment } from '../../store/environments.ts';
import { insertNotifications } from '../../store/notifications.ts';
import type { RunRow } from '../../store/runs.ts';
import { rulesInForce } from './rules-in-force.ts';

export interface News {
  readonly kind: 'waiting' | 'held';
  readonly run: Pick<RunRow, 'id' | 'integration' | 'definition'>;
  /** Null: before any environment. */
  readonly environment: string | null;
  /** What it is about, within its run: told once. */
  readonly about: string;
  /** Without its full stop. */
  readonly says: string;
  /** The command to type. */
  readonly next: string;
  readonly nowMs: number;
}

/**
 * Writes down that people are to be told of a run, where alerts are raised. Call it in the transaction of what they are
 * told of. Before anything is live the definition of the run says who they are.
 */
export async function tell(db: Queries, news: News): Promise<void> {
  const { environment, run, nowMs } = news;
  if (environment === null) return;
  const inForce = await rulesInForce(db, await findEnvironment(db, run.integration, environment));
  const told = inForce ?? fromRun(run, environment);
  if (told === null) return;
  const body = newsBody(told.place, { ...news, run: run.id });
  await insertNotifications(
    db,
    receiversIn(told.monitoring, environment).map((receiver) => ({
      id: randomUUID(),
      event: `${run.integration}/${environment}/${run.id}/${news.about}`,
      receiver,
      kind: news.kind,
      integration: run.integration,
      environment,
      body: JSON.stringify(body),
      created_at: new Date(nowMs),
      deadline: new Date(nowMs + deliveryWithinMs),
      next_at: new Date(nowMs),
    })),
  );
}

interface Told {
  readonly place: NotifiedPlace;
  readonly monitoring: MonitoringDefinition;
}

function fromRun({ integration, definition }: News['run'], environment: string): Told | null {
  const { monitoring, name, emoji } = definition;
  if (monitoring === undefined) return null;
  const nothing = { deployment: null, release: null, version: null };
  return { place: { integration, environment, name, emoji, ...nothing }, monitoring };
}
