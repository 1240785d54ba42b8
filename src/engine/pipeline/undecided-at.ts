import type { Stage } from '../../core/pipeline/plan.ts';
import { askingStage, type Waiting } from '../../core/pipeline/run.ts';
import type { Queries } from '../../store/database.ts';
import type { RunRow } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';

export interface UndecidedRun {
  readonly run: RunRow & { readonly waiting: Waiting };
  /** Index of the stage at which it is undecided. */
  readonly index: number;
  readonly stage: Stage;
}

/** Where a run is undecided; null: it does not wait for that. */
export async function undecidedAt(db: Queries, run: RunRow): Promise<UndecidedRun | null> {
  const { waiting } = run;
  if (waiting?.kind !== 'undecided') return null;
  const index = askingStage(await stagesOf(db, run.id));
  const stage = run.plan.stages[index];
  return stage === undefined ? null : { run: { ...run, waiting }, index, stage };
}
