import { dateOf } from '../../core/clock.ts';
import { logsKeptFromMs, type RetentionPolicy } from '../../core/retention/retention.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Queries } from '../../store/database.ts';
import { hostOfIntegration } from '../../store/environments.ts';
import { pruneNotifications } from '../../store/notifications.ts';
import { pruneObservations } from '../../store/observations.ts';
import { integrationKeys, lockReleases, markPruned, type PruneMarks } from '../../store/retention.ts';
import { isHere } from '../elsewhere.ts';
import type { Places } from '../parts.ts';
import { workflowsToForget } from './engine-records.ts';
import { goingNow } from './going.ts';

export interface PruneOrder {
  readonly by: Actor;
  /** Only looks. */
  readonly isDryRun: boolean;
}

export interface Marked {
  readonly marks: readonly PruneMarks[];
  /** Of which the engine's records go. */
  readonly workflows: readonly string[];
}

/**
 * Decides what goes of all integrations of this host and writes it down, in one transaction with its audit row; a look
 * writes nothing.
 */
export async function mark(places: Places, policy: RetentionPolicy, order: PruneOrder): Promise<Marked> {
  return await places.database.transaction(async ({ db }) => {
    const marks: PruneMarks[] = [];
    for (const integration of await integrationKeys(db)) {
      if (!isHere(places, await hostOfIntegration(db, integration))) continue;
      const first = await goingNow(places, integration, policy);
      if (order.isDryRun) {
        marks.push({ integration, ...first });
        continue;
      }
      // Whoever uses a release locks it too: what is seen under the lock stays so until it is marked.
      await lockReleases(db, first.releases);
      const locked = new Set(first.releases);
      const going = await goingNow(places, integration, policy);
      const releases = going.releases.filter((release) => locked.has(release));
      marks.push({ integration, ...going, releases });
    }
    const integrations = marks.map(({ integration }) => integration);
    const workflows = await workflowsToForget(db, { integrations, nowMs: places.clock.now(), policy });
    const marked = { marks, workflows };
    if (!order.isDryRun) await writeDown(places, db, { marked, policy, by: order.by });
    return marked;
  });
}

/** Marks what goes, and removes what is only rows; with the policy that says so, and what goes by it, in the audit. */
async function writeDown(
  { clock }: Places,
  db: Queries,
  {
    marked: { marks, workflows },
    policy,
    by,
  }: { readonly marked: Marked; readonly policy: RetentionPolicy; readonly by: Actor },
): Promise<void> {
  const at = dateOf(clock);
  const before = new Date(logsKeptFromMs(at.getTime(), policy));
  const gone: Record<string, unknown>[] = [];
  for (const each of marks) {
    await markPruned(db, each, at);
    const { integration, releases, deployments, runs } = each;
    const observations = await pruneObservations(db, { integration, before });
    const notifications = await pruneNotifications(db, { integration, before });
    const isAny = releases.length + deployments.length + runs.length + observations + notifications > 0;
    if (isAny) gone.push({ integration, releases, deployments, runs, observations, notifications });
  }
  if (gone.length + workflows.length === 0) return;
  await writeAudit(db, {
    integration: null,
    actor: by,
    action: 'prune',
    subject: 'retention',
    detail: { policy: { ...policy }, gone, engineRecords: workflows.length },
  });
}
