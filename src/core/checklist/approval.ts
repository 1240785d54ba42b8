import type { Binding } from '../approval/binding.ts';
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
  return cellOf(parts, null);
}

function nobodyPart({ environment: { name, policy } }: CellFacts): Part {
  const reason = policy.approvalNone === null ? `${name} asks nobody` : `asks nobody: ${policy.approvalNone}`;
  return part('approval', 'not-applicable', reason);
}

function approvalPart(facts: CellFacts): Part {
  const stage = gatePart(facts, 'approval');
  if (stage.status !== 'done') return stage;
  const approvals = facts.decisions.filter(({ kind }) => kind === 'approve');
  const by = identitiesOf(
    approvals.filter((decision) => decision.changedSince.length === 0 && isAbout(facts, decision)),
  );
  // What is deployed was approved by as many as were needed; before that, those who are left have to be enough.
  const needed = facts.deployment === null ? (facts.environment.policy.approval?.count ?? 1) : 1;
  if (by.length < needed) return voidPart(facts, approvals, stage.at);
  return { ...stage, reason: `approved by ${by.join(', ')}`, by: by.join(', ') };
}

/** The run asks again before it goes on; of what is deployed nobody is asked any more. */
function voidPart(
  { deployment, goOn }: CellFacts,
  approvals: readonly DecisionFacts[],
  at: string | null,
): Part {
  const gone = approvals.filter(({ changedSince }) => changedSince.length > 0);
  const changed = new Set(gone.flatMap(({ changedSince }) => changedSince.map(({ part: name }) => name)));
  const reason =
    gone.length === 0
      ? 'what was approved is not what is deployed'
      : `the approval of ${identitiesOf(gone).join(', ')} is void: ${[...changed].map((name) => bound[name]).join(' and ')} changed since`;
  return deployment === null
    ? part('approval', 'pending', reason, { at, next: goOn })
    : part('approval', 'undecided', reason, { at });
}

/** What an approval is bound to, as a sentence names it. */
const bound: Readonly<Record<keyof Binding, string>> = {
  environment: 'the environment',
  release: 'the release',
  content: 'its content',
  configuration: 'the configuration',
  policy: 'the policy in force',
  deployment: 'what is judged',
  replaces: 'what is live',
  residents: 'what exists once',
};

function identitiesOf(decisions: readonly DecisionFacts[]): readonly string[] {
  return [...new Set(decisions.map(({ identity }) => identity))];
}

function uatPart(facts: CellFacts): Part {
  const stage = gatePart(facts, 'uat');
  const signed = facts.decisions.findLast(({ kind }) => kind === 'uat-pass' || kind === 'uat-fail');
  if (stage.status === 'done' && (signed === undefined || !isAbout(facts, signed))) {
    return part('uat', 'undecided', 'what was tried out is not what is deployed', { at: stage.at });
  }
  if (signed === undefined || stage.status === 'pending') return stage;
  return { ...stage, by: signed.identity };
}

function gatePart(facts: CellFacts, gate: 'approval' | 'uat'): Part {
  const stage = stageIn(facts, facts.environment.name, gate);
  if (stage === null) return part(gate, 'pending', `${gate} was not asked yet`, { next: facts.goOn });
  return stagePart(facts, gate, stage);
}

/** Bound to this release, to the configuration that it is deployed with, and where one was judged to its deployment. */
function isAbout({ release, deployment }: CellFacts, decision: DecisionFacts): boolean {
  if (release === null || decision.release !== release.id) return false;
  if (deployment === null) return true;
  const isOther = decision.deployment !== null && decision.deployment !== deployment.id;
  return decision.configuration === deployment.configuration && !isOther;
}
