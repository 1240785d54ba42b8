import type { EdgeRef } from '../../core/switching/edge.ts';
import { isChangeLeft, type ResidentRemedy } from '../../core/residents/resident-remedies.ts';
import { findEnvironment } from '../../store/environments.ts';
import { findResident } from '../../store/residents.ts';
import type { EngineParts } from '../parts.ts';
import { putBack } from '../residents/put-back.ts';
import { residentTarget } from '../residents/resident-target.ts';
import { ifAlone } from '../residents/residents-lock.ts';

/**
 * Carries out a remedy for a resident, unless it is not right any more, or somebody else is at work on residents there:
 * the next round looks again, and what is stable does not wait for it.
 */
export async function mendResident(
  parts: EngineParts,
  ref: EdgeRef,
  { kind, component }: ResidentRemedy,
  signal: AbortSignal,
): Promise<void> {
  await ifAlone(parts, ref, signal, async (whileLocked) => {
    const { db } = parts.database;
    const row = await findResident(db, ref, component);
    const { holder } = await findEnvironment(db, ref.integration, ref.environment);
    if (row === null) return;
    const target = residentTarget(parts);
    if (kind === 'put-back-resident') {
      if (row.next === null || !isChangeLeft(row.next_run, holder)) return;
      // What has given up does not start again by itself, be it what ran before.
      const { state } = await target.observe(row.next, whileLocked);
      if (state === 'failed') await target.retire(row.next, whileLocked);
      return await putBack(parts, row, `${row.next_run} was cut off`, whileLocked);
    }
    if (row.current === null || row.next !== null) return;
    // Its logs and its data stay.
    if (kind === 'restart-resident') await target.retire(row.current, whileLocked);
    await target.prepare(row.current, whileLocked);
  });
}
