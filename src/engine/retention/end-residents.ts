import { endableResidents } from '../../core/residents/resident-end.ts';
import type { Actor } from '../../core/pipeline/run.ts';
import { allResidents, endResident, findResident, type ResidentRow } from '../../store/residents.ts';
import { residentsOfKept } from '../../store/retention.ts';
import type { Places } from '../parts.ts';
import { auditResident } from '../residents/resident-audit.ts';
import { residentTarget } from '../residents/resident-target.ts';
import { ifAlone } from '../residents/residents-lock.ts';

/** Its drain time, and then some. */
const endDeadlineMs = 5 * 60_000;

/** Residents of an integration that may end. `going`: releases that go, while that is only looked at. */
export async function residentsToEnd(
  { database: { db } }: Pick<Places, 'database'>,
  integration: string,
  going: readonly string[],
): Promise<readonly ResidentRow[]> {
  const rows = await allResidents(db, integration);
  if (rows.length === 0) return [];
  const kept = await residentsOfKept(db, integration, new Set(going));
  const facts = rows.map((row) => ({
    ...row,
    isDecided: row.current !== null,
    changedBy: row.next_run,
  }));
  return endableResidents(facts, kept);
}

/**
 * Ends a resident for good, unless somebody else is at work on residents there, or needs it by now: false then, and the
 * next pruning looks again. It ends before that is written down: cut off in between, convergence brings it back.
 */
export async function endForGood(
  places: Places,
  { integration, environment, component }: ResidentRow,
  { by, signal }: { readonly by: Actor; readonly signal: AbortSignal },
): Promise<boolean> {
  const { database } = places;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(endDeadlineMs)]);
  let hasEnded = false;
  await ifAlone(places, { integration, environment }, deadline, async (whileLocked) => {
    const ending = await residentsToEnd(places, integration, []);
    const row = await findResident(database.db, { integration, environment }, component);
    const isStill = ending.some((each) => each.environment === environment && each.component === component);
    if (!isStill || row === null || row.current === null) return;
    const { release } = row.current;
    await residentTarget(places).retire(row.current, whileLocked);
    whileLocked.throwIfAborted();
    await database.transaction(async ({ db }) => {
      await endResident(db, row);
      const reason = 'no release that is kept has it';
      await auditResident(db, row, { action: 'resident ended', actor: by, detail: { reason, release } });
    });
    hasEnded = true;
  });
  return hasEnded;
}
