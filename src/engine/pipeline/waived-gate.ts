import { isWaivableGate } from '../../core/checklist/waivable.ts';
import type { WaiverFacts } from '../../core/checklist/facts.ts';
import { countedFor, isInForce, lastWaiver, waivedText } from '../../core/checklist/waiver.ts';
import type { Stage } from '../../core/pipeline/plan.ts';
import { isInvolved } from '../../core/approval/policy.ts';
import type { Queries } from '../../store/database.ts';
import type { RunRow } from '../../store/runs.ts';
import { waiverFactsOf } from '../checklist/waiver-facts.ts';
import { waiverJudges } from './waiver-judges.ts';

/**
 * That an undecided stage was set aside for now, in a sentence; null: it was not. A waiver is of a release in an
 * environment, so it counts for whichever run comes to the same question while it lasts.
 */
export async function waiverInForce(
  db: Queries,
  { run, stage, nowMs }: { readonly run: RunRow; readonly stage: Stage; readonly nowMs: number },
): Promise<string | null> {
  if (run.release === null || !isWaivableGate(stage)) return null;
  const { environment, name: subject } = stage;
  const waivers = await countedWaivers(db, run, await waiverFactsOf(db, run.release));
  const waiver = lastWaiver(waivers, { subject, environment });
  if (waiver === null || !isInForce(waiver, nowMs)) return null;
  const text = waivedText(waiver);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Those of a release that count for one of its runs: not what its author or requester has set aside. */
export async function countedWaivers(
  db: Queries,
  run: RunRow,
  waivers: readonly WaiverFacts[],
): Promise<readonly WaiverFacts[]> {
  const own = waivers.filter(({ by }) => isInvolved(by, run));
  const self = new Set<string | null>();
  for (const environment of new Set(own.map((waiver) => waiver.environment))) {
    const judges = await waiverJudges(db, run, { environment, kind: 'checklist' });
    if (judges !== null && judges.self !== null) self.add(environment);
  }
  return countedFor(run, waivers, (environment) => self.has(environment));
}
