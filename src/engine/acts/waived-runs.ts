import type { Stage } from '../../core/plan.ts';
import { askingStage } from '../../core/run.ts';
import type { Queries } from '../../store/database.ts';
import { findRun, lockRun, openRuns, type RunRow } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import type { WaivedSubject } from './waived-subject.ts';

/**
 * Every run that it would count for: the one that it was asked for, and each open one of the release. The newest first,
 * as whoever locks several does.
 */
export async function lockConcerned(
  db: Queries,
  { run: asked, release }: WaivedSubject,
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

export interface WaitingRun {
  readonly run: RunRow;
  /** Index of the stage at which it is undecided. */
  readonly index: number;
  readonly stage: Stage;
}

/** Of the locked runs those that are undecided at just this, or at the checklist of its environment. */
export async function waitingFor(
  db: Queries,
  runs: readonly RunRow[],
  { name, environment }: Pick<WaivedSubject, 'environment'> & { readonly name: string },
): Promise<readonly WaitingRun[]> {
  const waiting: WaitingRun[] = [];
  for (const run of runs) {
    if (run.waiting?.kind !== 'undecided') continue;
    const index = askingStage(await stagesOf(db, run.id));
    const stage = run.plan.stages[index];
    if (stage === undefined || stage.environment !== environment) continue;
    if (stage.kind === 'checklist' || stage.name === name) waiting.push({ run, index, stage });
  }
  return waiting;
}
