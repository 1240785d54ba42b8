import type { CandidateFacts, Change, StepContext } from '../core/step.ts';

/** The change and its candidate, for stages that come after `prepare`. Their absence is a bug in the plan. */
export function requireCandidate({ change, stage }: StepContext): {
  readonly change: Change;
  readonly candidate: CandidateFacts;
} {
  if (change?.candidate == null) throw new Error(`stage ${stage.name} has no candidate`);
  return { change, candidate: change.candidate };
}
