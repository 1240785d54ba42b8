import { cellOf, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts, DecisionFacts } from './facts.ts';
import { stageIn, stagePart } from './stage-part.ts';

/** What people decided about exactly these digests: the approval before, and the UAT after. */
export function approval(facts: CellFacts): Cell {
  const { policy } = facts.environment;
  const parts = [
    ...(policy.approval === null ? [] : [approvalPart(facts)]),
    // The gate before the switch cannot wait for what people do after it.
    ...(policy.uat === null || facts.judges === 'before-switch' ? [] : [uatPart(facts)]),
  ];
  if (parts.length === 0) return cellOf([nobodyPart(facts)], '');
  return cellOf(parts, parts.map(({ reason }) => reason).join('; '));
}

function nobodyPart({ environment: { name, policy } }: CellFacts): Part {
  const reason = policy.approvalNone === null ? `${name} asks nobody` : `asks nobody: ${policy.approvalNone}`;
  return part('approval', 'not-applicable', reason);
}

function approvalPart(facts: CellFacts): Part {
  const stage = gatePart(facts, 'approval');
  if (stage.status !== 'done') return stage;
  const counted = facts.decisions.filter(
    (decision) => decision.kind === 'approve' && isAbout(facts, decision),
  );
  const by = [...new Set(counted.map(({ identity }) => identity))];
  if (by.length === 0) {
    return part('approval', 'undecided', 'what was approved is not what is deployed', { at: stage.at });
  }
  return { ...stage, reason: `approved by ${by.join(', ')}`, by: by.join(', ') };
}

function uatPart(facts: CellFacts): Part {
  const stage = gatePart(facts, 'uat');
  const signed = facts.decisions.findLast(({ kind }) => kind === 'uat-pass' || kind === 'uat-fail');
  if (signed === undefined || stage.status === 'pending') return stage;
  return { ...stage, by: signed.identity };
}

function gatePart(facts: CellFacts, gate: 'approval' | 'uat'): Part {
  const stage = stageIn(facts, facts.environment.name, gate);
  if (stage === null) return part(gate, 'pending', `${gate} was not asked yet`, { next: facts.goOn });
  return stagePart(facts, gate, stage);
}

/** Bound to this release, and to the configuration that it is deployed with. */
function isAbout({ release, deployment }: CellFacts, decision: DecisionFacts): boolean {
  if (release === null || decision.release !== release.id) return false;
  return deployment === null || decision.configuration === deployment.configuration;
}
