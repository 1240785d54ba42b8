import type { Logger } from 'pino';

import type { Worker } from '../core/workers/host.ts';
import { decideSchedule, type Schedule } from '../core/schedules/schedule.ts';
import { followingTime } from '../lib/cron.ts';
import { messageOf } from '../lib/message-of.ts';
import { isDatabaseAway } from '../store/connection-lost.ts';
import type { Database } from '../store/database.ts';
import { endSchedule, lockSchedule, saveSchedule, startSchedule } from '../store/schedules.ts';
import { isWorkerAlive } from '../store/workers.ts';

/** A schedule and what it starts. The work is idempotent: after a crash it is done again. */
export interface ScheduledWork extends Schedule {
  /** Resolves with what people are told of it. */
  run(signal: AbortSignal): Promise<ScheduledOutcome>;
}

export interface ScheduledOutcome {
  readonly ok: boolean;
  readonly summary: string;
  /** What is wrong, by what it is about. */
  readonly findings?: Readonly<Record<string, readonly string[]>>;
}

export interface SchedulerOptions {
  readonly database: Database;
  readonly worker: Pick<Worker, 'id' | 'host'>;
  readonly works: readonly ScheduledWork[];
  readonly now: () => Date;
  readonly logger: Logger;
}

const workDeadlineMs = 60 * 60_000;

/**
 * Records the schedules of this host, and returns what looks at each once and does those that are due, one after the
 * other.
 */
export function scheduler(options: SchedulerOptions): (signal: AbortSignal) => Promise<void> {
  const { database, worker, works, now } = options;
  let areSaved = false;
  return async (signal) => {
    if (!areSaved) {
      for (const work of works) {
        await saveSchedule(
          database.db,
          { ...work, host: worker.host.id },
          followingTime(work.cron, work.timeZone)(now()),
        );
      }
      areSaved = true;
    }
    for (const work of works) if (await claim(options, work)) await perform(options, work, signal);
  };
}

/** One worker of the host gets it: the row is locked while it decides. */
async function claim({ database, worker, now }: SchedulerOptions, work: ScheduledWork): Promise<boolean> {
  const key = { host: worker.host.id, name: work.name };
  return await database.transaction(async ({ db }) => {
    const row = await lockSchedule(db, key);
    if (row === null || (row.next_at === null && row.ended_at !== null)) return false;
    const at = now();
    const decision = decideSchedule(
      {
        nextAt: row.next_at ?? at,
        startedAt: row.started_at,
        endedAt: row.ended_at,
        // This worker does one at a time: what it has not ended by now, it has lost.
        isOwnerAlive:
          row.worker !== null && row.worker !== worker.id && (await isWorkerAlive(db, row.worker)),
      },
      at,
      followingTime(work.cron, work.timeZone),
    );
    if (decision.kind === 'wait') return false;
    await startSchedule(db, key, { worker: worker.id, at, nextAt: decision.nextAt, missed: decision.missed });
    return true;
  });
}

async function perform(
  { database, worker, logger }: SchedulerOptions,
  work: ScheduledWork,
  signal: AbortSignal,
): Promise<void> {
  const outcome = await outcomeOf(work, AbortSignal.any([signal, AbortSignal.timeout(workDeadlineMs)]));
  // A server that stops has judged nothing: the next one does it again.
  signal.throwIfAborted();
  logger.info({ schedule: work.name, ...outcome }, 'a schedule has ended');
  await endSchedule(
    database.db,
    { host: worker.host.id, name: work.name },
    { worker: worker.id, ...outcome },
  );
}

async function outcomeOf(work: ScheduledWork, signal: AbortSignal): Promise<ScheduledOutcome> {
  try {
    return await work.run(signal);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    return { ok: false, summary: messageOf(error) };
  }
}
