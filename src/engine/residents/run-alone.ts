import type { EdgeRef } from '../../core/switching/edge.ts';
import { withSessionLock } from '../../store/session-lock.ts';
import { changeRun, lockRun } from '../../store/runs.ts';
import { recordWaiting } from '../order/change-lock.ts';
import type { Places } from '../parts.ts';
import { nextCommand } from '../pipeline/ask.ts';
import { lockOf } from './residents-lock.ts';

export interface RunAlone {
  readonly run: string;
  readonly ref: EdgeRef;
  /** When it gives up, from now. */
  readonly withinMs: number;
  readonly log: (line: string) => void;
}

/**
 * As `whileAlone`, for a run: while it has to wait, it says for what, since when and until when, in its log and where
 * runs are shown. A repair may take minutes, and who was cut off keeps the lock for as long as its connection lives.
 */
export async function runAlone<T>(
  { database, clock }: Pick<Places, 'database' | 'clock'>,
  { run: id, ref, withinMs, log }: RunAlone,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let hasWaited = false;

  async function whenTaken(): Promise<void> {
    hasWaited = true;
    const reason = `a repair, or a run that was cut off, is starting or ending what exists once in ${ref.environment}`;
    log(`waiting: ${reason}`);
    const nowMs = clock.now();
    await database.transaction(async (transaction) => {
      const run = await lockRun(transaction.db, id);
      await recordWaiting({ clock }, transaction, run, {
        kind: 'capacity',
        run: id,
        environment: ref.environment,
        reason,
        since: new Date(nowMs).toISOString(),
        deadline: new Date(nowMs + withinMs).toISOString(),
        next: nextCommand('capacity', run),
      });
    });
  }

  return await withSessionLock(database.locks, { ...lockOf(ref), whenTaken }, signal, async (whileLocked) => {
    if (hasWaited)
      await database.transaction(({ db }) => changeRun(db, id, { state: 'running', waiting: null }));
    return await work(whileLocked);
  });
}
