import type { Pruned } from '../../core/retention/housekeeping.ts';
import { wantedCommits } from '../../core/retention/retention.ts';
import type { RetentionPolicy } from '../../core/retention/retention.ts';
import { messageOf } from '../../lib/message-of.ts';
import { asOnlyPruning } from '../../store/pruning-lock.ts';
import { releasesById } from '../../store/releases.ts';
import { isPacking } from '../../store/runs.ts';
import type { ResidentRow } from '../../store/residents.ts';
import { readRetention } from '../../store/retention-file.ts';
import { namedCommits, neededManifests, type PruneMarks } from '../../store/retention.ts';
import type { EngineParts, Places } from '../parts.ts';
import { removeDeploymentFiles } from './deployment-files.ts';
import { endForGood, residentsToEnd } from './end-residents.ts';
import { forgetWorkflows } from './engine-records.ts';
import { retentionFacts } from './going.ts';
import { mark, type PruneOrder } from './mark.ts';
import { removeWorkspaces } from './workspaces.ts';

/** What pruning works with. */
export type Pruning = Places & Pick<EngineParts, 'messages'>;

/** Longer than a run may take from its first artifact to its release. */
const youngMs = 24 * 3_600_000;

/**
 * Prunes by the policy of the home. What goes is written down first, with the audit row, and removed afterwards: a
 * crash in between leaves files that nobody needs, which the next pruning finds, and never a release without its files.
 */
export async function prune(places: Pruning, order: PruneOrder, signal: AbortSignal): Promise<Pruned> {
  const policy = await readRetention(places.home.retention);
  return await asOnlyPruning(places.database, places.worker.host.id, (lost) =>
    pruneBy(places, policy, { order, signal: AbortSignal.any([signal, lost]) }),
  );
}

async function pruneBy(
  places: Pruning,
  policy: RetentionPolicy,
  { order, signal }: { readonly order: PruneOrder; readonly signal: AbortSignal },
): Promise<Pruned> {
  const { marks: marked, workflows } = await mark(places, policy, order);
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
  if (!order.isDryRun) await tried(forgetWorkflows(places.messages, workflows, signal), undefined);
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
    engineRecords: workflows.length,
    workspaces,
    commits,
    artifacts,
    problems,
  };
}

async function sweep(
  { database, housekeeping, clock, worker }: Places,
  marked: readonly PruneMarks[],
  { order, signal }: { readonly order: PruneOrder; readonly signal: AbortSignal },
) {
  // A clock that was set ahead makes old what a run has stored a moment ago. The next pruning finds what is left.
  if (!order.isDryRun && (await isPacking(database.db, worker.host.id))) return { blobs: 0, bytes: 0 };
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
