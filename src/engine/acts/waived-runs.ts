import type { Queries } from '../../store/database.ts';
import { findRun, lockRun, openRuns, type RunRow } from '../../store/runs.ts';
import { type UndecidedRun, undecidedAt } from '../pipeline/undecided-at.ts';

/**
 * Every run that it would count for: the one that it was asked for, and each open one of the release. The newest first,
 * as whoever locks several does.
 */
export async function lockConcerned(
  db: Queries,
  { run: asked, release }: { readonly run: string; readonly release: string },
): Promise<readonly RunRow[]> {
  const own = await findRun(db, asked);
  const others = (await openRuns(db, own.integration)).filter(
    (run) => run.release === release && run.id !== asked,
  );
  const locked: RunRow[] = [];
  for (const { id } of [own, ...others].toSorted((one, other) => other.number - one.number)) {
    locked.push(await lockRun(db, id));
  }
  return locked;
}

/** Of the locked runs those that are undecided at just this, or at the checklist of its environment. */
export async function waitingFor(
  db: Queries,
  runs: readonly RunRow[],
  { name, environment }: { readonly name: string; readonly environment: string | null },
): Promise<readonly UndecidedRun[]> {
  const waiting: UndecidedRun[] = [];
  for (const run of runs) {
    const found = await undecidedAt(db, run);
    if (found === null || found.stage.environment !== environment) continue;
    if (found.stage.kind === 'checklist' || found.stage.name === name) waiting.push(found);
  }
  return waiting;
}
