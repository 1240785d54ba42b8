import { donePart, type Part, part } from './cell.ts';
import type { CellFacts, StageFacts } from './facts.ts';
import { expiredText, isInForce, lastWaiver, waivedText } from './waiver.ts';

/** The newest of a stage of this release in an environment (null: before any); null: it has not begun. */
export function stageIn(
  { stages }: Pick<CellFacts, 'stages'>,
  environment: string | null,
  name: string,
): StageFacts | null {
  return stages.find((stage) => stage.name === name && stage.environment === environment) ?? null;
}

/** What a stage says, as a part of a cell. Undecided is not done, unless somebody has set it aside for now. */
export function stagePart(facts: CellFacts, name: string, stage: StageFacts | null): Part {
  if (stage === null) {
    return part(name, 'pending', `${name} has not run`, { next: facts.goOn });
  }
  const { environment, endedAt: at, evidence, state } = stage;
  const where = environment === facts.environment.name ? '' : ` (${environment ?? 'before any environment'})`;
  const reason = `${stage.reason ?? `${stage.name} ${state}`}${where}`;
  switch (state) {
    case 'passed':
      return donePart(name, reason, { at, evidence });
    case 'failed':
      return part(name, 'failed', reason, { at, evidence, next: retryOf(stage) });
    case 'waived':
    case 'undecided':
      return undecidedPart(facts, name, { stage, reason });
    case 'pending':
    case 'skipped':
      return part(name, 'pending', `${name} has not run`, { next: facts.goOn });
    case 'running':
    case 'waiting':
      return part(name, 'pending', `${stage.name} is going on${where}`, { next: facts.goOn });
  }
}

function undecidedPart(
  { waivers, nowMs }: CellFacts,
  name: string,
  { stage, reason }: { readonly stage: StageFacts; readonly reason: string },
): Part {
  const { environment, endedAt: at, evidence } = stage;
  const waiver = lastWaiver(waivers, { subject: stage.name, environment });
  if (waiver !== null && isInForce(waiver, nowMs)) {
    return part(name, 'waived', waivedText(waiver), { at: waiver.at, by: waiver.by, evidence });
  }
  const why = waiver === null ? reason : `${reason} (${expiredText(waiver)})`;
  return part(name, 'undecided', why, { at, evidence, next: retryOf(stage) });
}

function retryOf({ run }: StageFacts): string {
  return `deployer retry ${run}`;
}
