import { isWaivableGate } from '../../core/checklist/waivable.ts';
import { isInForce, lastWaiver, waivedText } from '../../core/checklist/waiver.ts';
import type { Stage } from '../../core/plan.ts';
import type { Queries } from '../../store/database.ts';
import type { RunRow } from '../../store/runs.ts';
import { waiverFactsOf } from '../checklist/waiver-facts.ts';

/**
 * That an undecided stage was set aside for now, in a sentence; null: it was not. A waiver is of a release in an
 * environment, so it counts for whichever run comes to the same question while it lasts.
 */
export async function waiverInForce(
  db: Queries,
  {
    run,
    stage,
    nowMs,
  }: { readonly run: Pick<RunRow, 'release'>; readonly stage: Stage; readonly nowMs: number },
): Promise<string | null> {
  if (run.release === null || !isWaivableGate(stage)) return null;
  const { environment, name: subject } = stage;
  const waiver = lastWaiver(await waiverFactsOf(db, run.release), { subject, environment });
  if (waiver === null || !isInForce(waiver, nowMs)) return null;
  const text = waivedText(waiver);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
