import { receiversIn } from '../../core/alerts/alert-rule.ts';
import { newsBody, type NotificationSubject } from '../../core/alerts/notification.ts';
import type { MonitoringDefinition } from '../../core/definition/integration.ts';
import type { Queries } from '../../store/database.ts';
import { findEnvironment } from '../../store/environments.ts';
import type { RunRow } from '../../store/runs.ts';
import { notify } from './notify.ts';
import { rulesInForce, rulesOf } from './rules-in-force.ts';

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
  const { environment, run } = news;
  if (environment === null) return;
  const inForce = await rulesInForce(db, await findEnvironment(db, run.integration, environment));
  const told = inForce ?? fromRun(run, environment);
  if (told === null) return;
  await notify(db, {
    event: `${run.integration}/${environment}/${run.id}/${news.about}`,
    body: newsBody(told.subject, { ...news, run: run.id }),
    receivers: receiversIn(told.monitoring, environment),
  });
}

export interface RolledBack {
  readonly integration: string;
  readonly environment: string;
  /** The deployment that users have left. */
  readonly from: string;
  /** Of the route table that moved them: told once. */
  readonly generation: number;
  /** Without its full stop. */
  readonly says: string;
  readonly nowMs: number;
}

/**
 * Writes down that people are to be told that somebody went back, where what was left raises alerts. Call it in the
 * transaction of the switch.
 */
export async function tellRolledBack(db: Queries, rollback: RolledBack): Promise<void> {
  const { integration, environment, from, generation } = rollback;
  const told = await rulesOf(db, { integration, name: environment }, from);
  if (told === null) return;
  const next = `deployer status --integration ${integration}`;
  await notify(db, {
    event: `${integration}/${environment}/rollback/${generation}`,
    body: newsBody(told.subject, { ...rollback, kind: 'held', run: null, next }),
    receivers: receiversIn(told.monitoring, environment),
  });
}

interface Told {
  readonly subject: NotificationSubject;
  readonly monitoring: MonitoringDefinition;
}

function fromRun({ integration, definition }: News['run'], environment: string): Told | null {
  const { monitoring, name, emoji } = definition;
  if (monitoring === undefined) return null;
  const nothing = { deployment: null, release: null, version: null };
  return { subject: { integration, environment, name, emoji, ...nothing }, monitoring };
}
