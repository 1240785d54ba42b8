import { dateOf } from '../../core/clock.ts';
import { callerEnv } from '../../core/pipeline/caller-env.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { carriesSecret, startOf, type TrackedBranch } from '../../core/tracking/tracking.ts';
import { DeployerError } from '../../errors.ts';
import { writeAudit } from '../../store/audit.ts';
import { json } from '../../store/json.ts';
import { lockTracker, removeTracker, saveTracker, type TrackerRow } from '../../store/trackers.ts';
import { branchGone } from '../tracking/look-at-branch.ts';
import { notTracked } from '../tracking/tracking.ts';
import type { TrackingTools } from '../tracking/tracking-tools.ts';

export interface TrackOrder extends TrackedBranch {
  readonly integration: string;
  /** Of `deployer.yaml` in the repository. */
  readonly folder: string;
  /** False: look when somebody asks for it, only. */
  readonly polls: boolean;
  readonly by: Actor;
}

/** From now on the new commits of a branch are shipped by themselves, as whoever asked for that. */
export async function track(
  { parts, branches }: TrackingTools,
  order: TrackOrder,
  signal: AbortSignal,
): Promise<TrackerRow> {
  const { integration, repository, folder, remote, branch, polls, by } = order;
  const { host } = parts.worker;
  if (remote !== null && carriesSecret(remote)) throw secretInAddress();
  const asked = { ...order, env: callerEnv(order.env) };
  const seen = await branches.tip(asked, signal);
  if (seen === null) throw branchGone(order);
  // It has to be there when the next one is compared with it, also after a rewrite.
  const tip = await branches.bring(asked, { integration, tip: seen }, signal);
  return await parts.database.transaction(async ({ db }) => {
    const former = await lockTracker(db, integration);
    const cursor = startOf(former, { branch, tip, polls });
    await writeAudit(db, {
      integration,
      actor: by,
      action: 'track',
      subject: branch,
      detail: { host: host.name, repository, remote, polls, from: cursor },
    });
    const now = dateOf(parts.clock);
    return await saveTracker(db, {
      integration,
      host: host.id,
      repository,
      folder,
      remote,
      branch,
      ...by,
      env: json(asked.env),
      polls,
      since: now,
      cursor,
      looked_at: now,
      trouble: null,
    });
  });
}

/** Ends it; what it has shipped goes on. Returns what was tracked. */
export async function untrack(
  { parts }: TrackingTools,
  { integration, by }: Pick<TrackOrder, 'integration' | 'by'>,
): Promise<TrackerRow> {
  return await parts.database.transaction(async ({ db }) => {
    const row = await lockTracker(db, integration);
    if (row === null) throw notTracked(integration);
    const { branch, repository, remote, cursor } = row;
    await writeAudit(db, {
      integration,
      actor: by,
      action: 'untrack',
      subject: branch,
      detail: { repository, remote, seen: cursor },
    });
    await removeTracker(db, integration);
    return row;
  });
}

function secretInAddress(): DeployerError {
  return new DeployerError('request_invalid', {
    message: 'The address of the remote carries a password or a token, which would be recorded.',
    hint: 'Name a remote of the clone (--remote origin), and leave the rest to a Git credential helper.',
    path: 'remote',
  });
}
