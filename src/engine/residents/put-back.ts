import type { EdgeRef } from '../../core/switching/edge.ts';
import { messageOf } from '../../lib/message-of.ts';
import { reach } from '../../lib/named-point.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import { dropNext, type ResidentRow } from '../../store/residents.ts';
import type { Places } from '../parts.ts';
import { auditResident } from './resident-audit.ts';
import { begunBy } from './resident-records.ts';
import { residentTarget } from './resident-target.ts';

/** A change of residents that was begun and did not come to its end. To be undone with `whileAlone`. */

const putBackDeadlineMs = 10 * 60_000;

/** Puts back what ran before; without any, what was begun ends. Its data stay as they are. */
export async function putBack(
  places: Places,
  row: ResidentRow,
  reason: string,
  whileLocked: AbortSignal,
): Promise<void> {
  const { next, current, next_run: run } = row;
  if (next === null) return;
  await reach('resident: goes back', next.deployment);
  const signal = AbortSignal.any([whileLocked, AbortSignal.timeout(putBackDeadlineMs)]);
  const target = residentTarget(places);
  if (current === null) await target.retire(next, signal);
  else await target.prepare(current, signal);
  signal.throwIfAborted();
  await reach('resident: is back', next.deployment);
  const detail = { run, reason, from: next.release, to: current?.release ?? null };
  await places.database.transaction(async ({ db }) => {
    await dropNext(db, row);
    await auditResident(db, row, { action: 'resident put back', detail });
  });
  await reach('resident: back recorded', next.deployment);
}

export interface PuttingBack {
  readonly run: string;
  readonly reason: string;
  readonly log: (line: string) => void;
}

/** Puts back all that a run began to change, and says what could not be: convergence goes on with that. */
export async function putBackAll(
  places: Places,
  ref: EdgeRef,
  { run, reason, log }: PuttingBack,
  whileLocked: AbortSignal,
): Promise<readonly string[]> {
  const stuck: string[] = [];
  for (const row of await begunBy(places.database.db, ref, run)) {
    try {
      await putBack(places, row, reason, whileLocked);
      log(row.current === null ? `${row.component} has ended` : `${row.component} is as it was before`);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      const message = messageOf(error);
      stuck.push(`${row.component} is not put back yet: ${message}`);
    }
  }
  return stuck;
}
