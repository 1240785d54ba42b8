import { dateOf } from '../../core/clock.ts';
import { isRefusal, newsText, type TipNews } from '../../core/tracking/tracking.ts';
import { DeployerError } from '../../errors.ts';
import { deployerItself, writeAudit } from '../../store/audit.ts';
import type { Queries } from '../../store/database.ts';
import { runOfCommit } from '../../store/runs.ts';
import { insertTip, type TrackedTipRow } from '../../store/tracked-tips.ts';
import { lockTracker, moveCursor, type TrackerRow } from '../../store/trackers.ts';
import { refuseWithoutSecrets, type ShipOrder, shipWithin } from '../acts/ship.ts';
import type { TrackingTools } from './tracking-tools.ts';

/**
 * Deals with a tip that is in the server's clone: it is shipped, or recorded with the reason why not. The run, the
 * record and the cursor appear together, so a tip is neither lost nor shipped twice, whatever ends this in between.
 * Null: somebody else has dealt with it, or the branch is not tracked any more.
 */
export async function takeTip(
  tools: TrackingTools,
  { row, news }: { readonly row: TrackerRow; readonly news: TipNews },
  signal: AbortSignal,
): Promise<TrackedTipRow | null> {
  const { database, clock } = tools.parts;
  try {
    const order = await orderOf(tools, { row, news }, signal);
    await refuseWithoutSecrets(tools.parts, order);
    return await database.transaction(async (transaction) => {
      const { db } = transaction;
      if (!(await isStillAt(db, row))) return null;
      const { integration } = row;
      const to = order.to ?? order.definition.trigger.to;
      const known = await runOfCommit(db, { integration, commit: order.commit, to });
      if (known !== null)
        return await record(db, { row, news, end: { run: known.id, isNew: false }, at: dateOf(clock) });
      const run = await shipWithin(tools.parts, transaction, { ...order, by: row });
      return await record(db, { row, news, end: { run: run.id, isNew: true }, at: dateOf(clock) });
    });
  } catch (error) {
    if (!(error instanceof DeployerError) || !isRefusal(error.code)) throw error;
    return await database.transaction(async ({ db }) =>
      (await isStillAt(db, row)) ? await record(db, { row, news, end: error, at: dateOf(clock) }) : null,
    );
  }
}

async function orderOf(
  { readOrder }: TrackingTools,
  { row, news }: { readonly row: TrackerRow; readonly news: TipNews },
  signal: AbortSignal,
): Promise<Omit<ShipOrder, 'by'>> {
  const { integration, folder, branch, env } = row;
  const order = await readOrder({ integration, folder, commit: news.commit, branch, env }, signal);
  const wanted = order.definition.trigger.branch;
  if (wanted === branch) return { ...order, note: newsText(news, branch, 'shipped') };
  throw new DeployerError('branch_not_tracked', {
    message: `Its deployer.yaml says trigger.branch ${wanted}, and ${branch} is tracked.`,
    hint: `deployer track   (to track ${wanted} from now on)`,
    path: 'trigger.branch',
  });
}

/** Another look, or another `deployer track`, may have been faster. */
async function isStillAt(db: Queries, { integration, cursor, since }: TrackerRow): Promise<boolean> {
  const now = await lockTracker(db, integration);
  return now !== null && now.cursor === cursor && now.since.getTime() === since.getTime();
}

interface Taken {
  readonly row: TrackerRow;
  readonly news: TipNews;
  /** The run of the commit, or why there is none. */
  readonly end: { readonly run: string; readonly isNew: boolean } | DeployerError;
  readonly at: Date;
}

async function record(db: Queries, { row, news, end, at }: Taken): Promise<TrackedTipRow> {
  const { integration, branch } = row;
  const isRefused = end instanceof DeployerError;
  const run = isRefused ? null : end.run;
  const outcome = isRefused ? 'refused' : end.isNew ? 'shipped' : 'known';
  const reason = isRefused ? [end.message, ...end.detail].join('\n') : null;
  await writeAudit(db, {
    integration,
    actor: deployerItself,
    action: 'track-tip',
    subject: run ?? news.commit,
    detail: { ...news, branch, outcome, reason },
  });
  await moveCursor(db, integration, news.commit);
  const hint = isRefused ? end.hint : null;
  return await insertTip(db, { ...news, integration, branch, outcome, run, reason, hint, at });
}
