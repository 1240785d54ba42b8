import type { PruneView } from '../../api/views/housekeeping.ts';
import { bytes, count } from '../../core/texts/figures.ts';
import { columns } from './columns.ts';
import type { Style } from './style.ts';
import { wrapLines } from './wrap.ts';

/** A line for each kind of thing that went, or would go, with names where they are few; then what is kept. */
export function prunedText(
  view: PruneView,
  { style, width }: { readonly style: Style; readonly width: number },
): string {
  const { releases, deployments, residents, runs, engineRecords, workspaces } = view;
  const { commits, artifacts, policy, problems, dryRun } = view;
  const rows = [
    row(
      'releases',
      releases.map(({ integration, version }) => `${integration} ${version}`),
    ),
    row(
      'deployments',
      deployments.map(({ integration, deployment }) => `${integration} ${deployment}`),
    ),
    row(
      'residents',
      residents.map(
        ({ integration, environment, component }) => `${integration}/${environment} ${component}`,
      ),
    ),
    row('logs of runs', runs),
    ...(engineRecords === 0 ? [] : [['engine records', `of ${count(engineRecords, 'attempt')}`]]),
    row('workspaces', workspaces),
    ...(commits === 0 ? [] : [['commits', count(commits, 'commit')]]),
    ...(artifacts.blobs === 0
      ? []
      : [['artifacts', `${bytes(artifacts.bytes)} in ${count(artifacts.blobs, 'file')}`]]),
  ].filter((cells) => cells.length > 0);
  const head = rows.length === 0 ? 'Nothing to prune.' : dryRun ? 'Would go:' : `${style.good('✓')} pruned`;
  const kept = `Kept: the newest ${policy.releasesKept} releases and those of ${count(policy.releaseDays, 'day')}, ${count(policy.rollbacksKept, 'rollback target')} of each environment, logs of ${count(policy.logDays, 'day')} (retention.json).`;
  return [
    head,
    ...columns(rows, { width }),
    ...problems.map((problem) => wrapLines(`${style.bad('✗')} ${problem}`, width)),
    style.dim(wrapLines(kept, width)),
  ].join('\n');
}

const mostNamed = 8;

function row(kind: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const named = names.slice(0, mostNamed).join(', ');
  return [kind, names.length > mostNamed ? `${named} and ${names.length - mostNamed} more` : named];
}
