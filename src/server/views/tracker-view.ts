import type { TipView, TrackerView } from '../../api/views/tracking.ts';
import { newsText } from '../../core/tracking/tracking.ts';
import type { Tracking } from '../../engine/tracking/tracking.ts';
import type { Queries } from '../../store/database.ts';
import { iso, isoOrNull } from '../../store/json.ts';
import { newestTips, type TrackedTipRow } from '../../store/tracked-tips.ts';
import { listTrackers, trackerOf, type TrackerRow } from '../../store/trackers.ts';
import { hostById } from '../../store/workers.ts';

export interface TrackerParts {
  readonly db: Queries;
  readonly tracking: Pick<Tracking, 'looks'>;
}

const shownTips = 10;

export async function trackersView(parts: TrackerParts): Promise<readonly TrackerView[]> {
  const rows = await listTrackers(parts.db, null);
  return await Promise.all(rows.map((row) => trackerView(parts, row)));
}

/** Null when no branch is tracked for the integration. */
export async function trackingView(parts: TrackerParts, integration: string): Promise<TrackerView | null> {
  const row = await trackerOf(parts.db, integration);
  return row === null ? null : await trackerView(parts, row);
}

export async function trackerView({ db, tracking }: TrackerParts, row: TrackerRow): Promise<TrackerView> {
  const { integration, branch, remote, repository, host, polls, trouble } = row;
  const looks = tracking.looks(integration);
  const lastMs = Math.max(looks?.lastMs ?? 0, row.looked_at?.getTime() ?? 0);
  return {
    integration,
    branch,
    remote,
    repository,
    host: (await hostById(db, host)).name,
    by: row.identity,
    since: iso(row.since),
    polls,
    seen: row.cursor,
    lookedAt: lastMs === 0 ? null : new Date(lastMs).toISOString(),
    looksAt: looks === null || !polls ? null : isoOrNull(new Date(looks.nextMs)),
    trouble: trouble === null ? null : { message: trouble.message, hint: trouble.hint, since: trouble.since },
    tips: (await newestTips(db, integration, shownTips)).map(tipView),
  };
}

export function tipView(row: TrackedTipRow): TipView {
  const { commit, from, commits, rewritten, outcome, run, reason, hint, branch } = row;
  const news = newsText(row, branch, outcome);
  return { commit, from, commits, rewritten, outcome, run, reason, next: hint, news, at: iso(row.at) };
}
