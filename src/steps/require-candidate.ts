import type { CandidateFacts, Change, StepContext } from '../core/pipeline/step.ts';

/** The change and its candidate, for stages that come after `prepare`. Their absence is a bug in the plan. */
export function requireCandidate({ change, stage }: StepContext): {
  readonly change: Change;
  readonly candidate: CandidateFacts;
} {
  const candidate = change?.candidate ?? null;
  if (change === null || candidate === null) throw new Error(`stage ${stage.name} has no candidate`);
  return { change, candidate };
}
