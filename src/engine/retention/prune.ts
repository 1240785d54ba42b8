import { dateOf } from '../../core/clock.ts';
import type { Pruned } from '../../core/housekeeping.ts';
import { wantedCommits } from '../../core/retention.ts';
import type { RetentionPolicy } from '../../core/retention.ts';
import type { Actor } from '../../core/run.ts';
import { messageOf } from '../../lib/message-of.ts';
import { writeAudit } from '../../store/audit.ts';
import { hostOfIntegration } from '../../store/environments.ts';
import { pruneNotifications } from '../../store/notifications.ts';
import { pruneObservations } from '../../store/observations.ts';
import { asOnlyPruning } from '../../store/pruning-lock.ts';
import { releasesById } from '../../store/releases.ts';
import { readRetention } from '../../store/retention-file.ts';
import {
  integrationKeys,
  lockReleases,
  markPruned,
  namedCommits,
  neededManifests,
  type PruneMarks,
} from '../../store/retention.ts';
import { isHere } from '../elsewhere.ts';
import type { Places } from '../parts.ts';
import type { ResidentRow } from '../../store/residents.ts';
import { endForGood, residentsToEnd } from './end-residents.ts';
import { removeDeploymentFiles } from './deployment-files.ts';
import { goingNow, retentionFacts } from './going.ts';
import { removeWorkspaces } from './workspaces.ts';

export interface PruneOrder {
  readonly by: Actor;
  /** Only looks. */
  readonly isDryRun: boolean;
}

/** Longer than a run may take from its first artifact to its release. */
const youngMs = 24 * 3_600_000;
const dayMs = 24 * 3_600_000;

/**
 * Prunes by the policy of the home. What goes is written down first, with the audit row, and removed afterwards: a
 * crash in between leaves files that nobody needs, which the next pruning finds, and never a release without its files.
 */
export async function prune(places: Places, order: PruneOrder, signal: AbortSignal): Promise<Pruned> {
  const policy = await readRetention(places.home.retention);
  return await asOnlyPruning(places.database, places.worker.host.id, (lost) =>
    pruneBy(places, policy, { order, signal: AbortSignal.any([signal, lost]) }),
  );
}

async function pruneBy(
  places: Places,
  policy: RetentionPolicy,
  { order, signal }: { readonly order: PruneOrder; readonly signal: AbortSignal },
): Promise<Pruned> {
  const marked = await mark(places, policy, order);
  const problems: string[] = [];
  const tried = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      signal.throwIfAborted();
      problems.push(messageOf(error));
      return otherwise;
    }
  };
  let commits = 0;
  const residents: ResidentRow[] = [];
  for (const { integration, releases } of marked) {
    const ending = await tried(residentsToEnd(places, integration, order.isDryRun ? releases : []), []);
    for (const row of ending)
      if (order.isDryRun || (await tried(endForGood(places, row, { by: order.by, signal }), false)))
        residents.push(row);
    const facts = await retentionFacts(places, integration);
    const wanted = wantedCommits(facts, order.isDryRun ? releases : []);
    const known = await namedCommits(places.database.db, integration);
    const tidy = { wanted, known, isDryRun: order.isDryRun };
    commits += await tried(places.housekeeping.tidySources(integration, tidy, signal), 0);
    if (!order.isDryRun) await tried(removeDeploymentFiles(places, integration, signal), undefined);
  }
  const workspaces = await tried(removeWorkspaces(places, order.isDryRun), []);
  const artifacts = await tried(sweep(places, marked, { order, signal }), { blobs: 0, bytes: 0 });
  return {
    policy,
    ...(await namesOf(places, marked)),
    residents: residents.map(({ integration, environment, component }) => ({
      integration,
      environment,
      component,
    })),
    workspaces,
    commits,
    artifacts,
    problems,
  };
}

/** In one transaction with its audit row, for all integrations of this host; a look writes nothing. */
async function mark(
  places: Places,
  policy: RetentionPolicy,
  { by, isDryRun }: PruneOrder,
): Promise<readonly PruneMarks[]> {
  return await places.database.transaction(async ({ db }) => {
    const marks: PruneMarks[] = [];
    for (const integration of await integrationKeys(db)) {
      if (!isHere(places, await hostOfIntegration(db, integration))) continue;
      const first = await goingNow(places, integration, policy);
      if (isDryRun) {
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
    if (isDryRun) return marks;
    const at = dateOf(places.clock);
    const before = new Date(at.getTime() - policy.logDays * dayMs);
    for (const each of marks) {
      await markPruned(db, each, at);
      await pruneObservations(db, { integration: each.integration, before });
      await pruneNotifications(db, { integration: each.integration, before });
    }
    const gone = marks.filter(
      ({ releases, deployments, runs }) => releases.length + deployments.length + runs.length > 0,
    );
    if (gone.length > 0) {
      await writeAudit(db, {
        integration: null,
        actor: by,
        action: 'prune',
        subject: 'retention',
        detail: { policy: { ...policy }, gone },
      });
    }
    return marks;
  });
}

async function sweep(
  { database, housekeeping, clock, worker }: Places,
  marked: readonly PruneMarks[],
  { order, signal }: { readonly order: PruneOrder; readonly signal: AbortSignal },
) {
  const going = order.isDryRun ? new Set(marked.flatMap(({ releases }) => releases)) : new Set<string>();
  const manifests = await neededManifests(database.db, { host: worker.host.id, going });
  const by = { manifests, nowMs: clock.now(), youngMs, isDryRun: order.isDryRun };
  return await housekeeping.sweepArtifacts(by, signal);
}

async function namesOf(
  { database }: Places,
  marked: readonly PruneMarks[],
): Promise<Pick<Pruned, 'releases' | 'deployments' | 'runs'>> {
  const rows = await releasesById(
    database.db,
    marked.flatMap(({ releases }) => releases),
  );
  return {
    releases: rows.map(({ integration, id, version }) => ({ integration, release: id, version })),
    deployments: marked.flatMap(({ integration, deployments }) =>
      deployments.map((deployment) => ({ integration, deployment })),
    ),
    runs: marked.flatMap(({ runs }) => runs),
  };
}
