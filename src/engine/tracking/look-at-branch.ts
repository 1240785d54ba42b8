import { tipNews } from '../../core/tracking/tracking.ts';
import { DeployerError } from '../../errors.ts';
import type { TrackedTipRow } from '../../store/tracked-tips.ts';
import type { TrackerRow } from '../../store/trackers.ts';
import { takeTip } from './take-tip.ts';
import type { TrackingTools } from './tracking-tools.ts';

/** One look at a tracked branch: what became of its tip; null when nothing is new. Throws when it cannot be seen. */
export async function lookAtBranch(
  tools: TrackingTools,
  row: TrackerRow,
  signal: AbortSignal,
): Promise<TrackedTipRow | null> {
  const { branches } = tools;
  const { integration, cursor } = row;
  const seen = await branches.tip(row, signal);
  if (seen === null) throw branchGone(row);
  if (seen === cursor) return null;
  const tip = await branches.bring(row, { integration, tip: seen }, signal);
  if (tip === cursor) return null;
  const path = cursor === null ? null : await branches.path({ integration, from: cursor, to: tip }, signal);
  return await takeTip(tools, { row, news: tipNews(cursor, tip, path) }, signal);
}

export function branchGone({
  repository,
  remote,
  branch,
}: Pick<TrackerRow, 'repository' | 'remote' | 'branch'>): DeployerError {
  return new DeployerError('branch_not_found', {
    message: `There is no branch ${branch} in ${remote === null ? repository : `${remote} (of ${repository})`}.`,
    hint: remote === null ? `git branch ${branch}` : `git push ${remote} ${branch}`,
    path: 'trigger.branch',
  });
}
