import type { Logger } from 'pino';

import { hostLabel } from '../../core/workers/host.ts';
import { lookPauseMs, withoutSecrets } from '../../core/tracking/tracking.ts';
import { DeployerError } from '../../errors.ts';
import type { Queries } from '../../store/database.ts';
import type { TrackerTrouble } from '../../store/tables/tracking.ts';
import type { TrackedTipRow } from '../../store/tracked-tips.ts';
import { listTrackers, noteLook, trackerOf, type TrackerRow } from '../../store/trackers.ts';
import { hostById } from '../../store/workers.ts';
import { isHere } from '../elsewhere.ts';
import { lookAtBranch } from './look-at-branch.ts';
import type { TrackingTools } from './tracking-tools.ts';

/** Looks at the tracked branches of this host, one look at a time each. */
export interface Tracking {
  /** Begins the looks that are due. Returns after how many milliseconds the next one may be. */
  runOnce(signal: AbortSignal): Promise<number>;
  /** A look that began now. Returns what became of a new tip; throws what was in its way. */
  lookNow(integration: string, signal: AbortSignal): Promise<TrackedTipRow | null>;
  /** When this server has looked last, and will again; null: it has not yet. */
  looks(integration: string): BranchLookTimes | null;
  /** Resolves when no look is under way any more. */
  settled(): Promise<void>;
}

export interface BranchLookTimes {
  /** Milliseconds since the epoch. */
  readonly lastMs: number;
  readonly nextMs: number;
}

/** A fetch may bring a whole history. */
const lookDeadlineMs = 12 * 60_000;
/** How soon a branch that is tracked from now on is looked at, at the latest. */
const roundMs = { idle: 5000, longest: 3000, shortest: 200 };
/** A look that finds nothing is written down this often: what this server knows better is not worth more. */
const noteEveryMs = 30_000;

export function tracking(tools: TrackingTools, logger: Logger): Tracking {
  const { clock, database } = tools.parts;
  const looks = new Map<string, BranchLookTimes>();
  const looking = new Map<string, Promise<TrackedTipRow | null>>();

  /** Whoever asks while another look goes on waits for it: that one may have seen the branch before the push. */
  function look(integration: string, signal: AbortSignal): Promise<TrackedTipRow | null> {
    const before = looking.get(integration);
    const work = (async () => {
      await before?.catch(() => null);
      signal.throwIfAborted();
      const row = await trackerOf(database.db, integration);
      if (row === null) throw notTracked(integration);
      if (tools.isShared && !isHere(tools.parts, row.host)) throw await elsewhere(database.db, row);
      return await lookAndNote(row, signal);
    })();
    const ending = work.finally(() => {
      if (looking.get(integration) === ending) looking.delete(integration);
    });
    looking.set(integration, ending);
    return ending;
  }

  async function lookAndNote(row: TrackerRow, signal: AbortSignal): Promise<TrackedTipRow | null> {
    try {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(lookDeadlineMs)]);
      const tip = await lookAtBranch(tools, row, deadline);
      if (tip !== null) logger.info({ tip }, 'a tracked branch has moved');
      await note(row, { trouble: null, isNews: tip !== null });
      return tip;
    } catch (error) {
      signal.throwIfAborted();
      const trouble = troubleOf(error, row.trouble, clock.now());
      logger.warn({ integration: row.integration, trouble }, 'a tracked branch was not looked at');
      await note(row, { trouble, isNews: true });
      throw error;
    }
  }

  async function note(
    row: TrackerRow,
    { trouble, isNews }: { readonly trouble: TrackerTrouble | null; readonly isNews: boolean },
  ): Promise<void> {
    const now = clock.now();
    looks.set(row.integration, { lastMs: now, nextMs: now + lookPauseMs(row, trouble?.failures ?? 0) });
    const isFresh = now - (row.looked_at?.getTime() ?? 0) < noteEveryMs;
    if (!isNews && row.trouble === null && isFresh) return;
    await noteLook(database.db, row, { at: new Date(now), trouble });
  }

  return {
    async runOnce(signal) {
      const rows = (
        await listTrackers(database.db, tools.isShared ? tools.parts.worker.host.id : null)
      ).filter(({ polls }) => polls);
      const now = clock.now();
      for (const { integration } of rows) {
        const isDue = (looks.get(integration)?.nextMs ?? 0) <= now;
        // Its failure is noted, and shown by `status`.
        if (isDue && !looking.has(integration)) void look(integration, signal).catch(() => null);
      }
      if (rows.length === 0) return roundMs.idle;
      const next = Math.min(...rows.map(({ integration }) => looks.get(integration)?.nextMs ?? now));
      return Math.min(Math.max(next - now, roundMs.shortest), roundMs.longest);
    },

    lookNow: look,
    looks: (integration) => looks.get(integration) ?? null,
    async settled() {
      await Promise.allSettled(looking.values());
    },
  };
}

function troubleOf(error: unknown, former: TrackerTrouble | null, nowMs: number): TrackerTrouble {
  const known = error instanceof DeployerError ? error : null;
  const said = known === null ? [String(error)] : [known.message, ...known.detail];
  return {
    message: withoutSecrets(said.join('\n')),
    hint: known?.hint ?? 'deployer doctor',
    since: former?.since ?? new Date(nowMs).toISOString(),
    failures: (former?.failures ?? 0) + 1,
  };
}

export function notTracked(integration: string): DeployerError {
  return new DeployerError('tracker_not_found', {
    message: `No branch is tracked for "${integration}".`,
    hint: 'deployer track   (in a clone of it)',
  });
}

async function elsewhere(
  db: Queries,
  { integration, branch, repository, host: id }: TrackerRow,
): Promise<DeployerError> {
  const host = await hostById(db, id);
  return new DeployerError('tracker_elsewhere', {
    message: `${branch} of ${repository} is looked at by the server on ${hostLabel(host)}.`,
    hint: `On ${host.name}: DEPLOYER_HOME=${host.home} deployer track --once --integration ${integration}`,
  });
}
