import { gateKinds, type Stage } from '../pipeline/plan.ts';

/**
 * Whether an undecided stage can be set aside: one that judges the release by tests or figures. What people decide is
 * theirs, what prepares and switches has to be done, and for the checklist its items are waived, each by its name.
 */
export function isWaivableGate({ kind }: Pick<Stage, 'kind'>): boolean {
  return gateKinds.has(kind) && kind !== 'approval' && kind !== 'uat' && kind !== 'checklist';
}
