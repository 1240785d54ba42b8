import { count } from '../core/texts/figures.ts';
import { deployedOf } from '../core/residents/resident.ts';
import { passed, type StageOutcome } from '../core/verdicts/verdict.ts';
import type { Step, StepContext } from '../core/pipeline/step.ts';
import type { Candidates } from '../core/switching/switcher.ts';

/** Brings the candidate up beside what is live, and gives it a preview. No user reaches it yet. */
export function prepareStep(ports: { readonly candidates: Candidates }): Step {
  return { run: (context) => prepare(ports, context) };
}

async function prepare(
  { candidates }: { readonly candidates: Candidates },
  { run, stage, definition, signal, log }: StepContext,
): Promise<StageOutcome> {
  const components = deployedOf(definition.components);
  const names = components.map(({ name }) => name).join(', ');
  log(`starting ${names}`);
  const candidate = await candidates.prepare({ run, environment: stage.environment ?? '' }, signal);
  log(`${candidate.deployment} is ready at ${candidate.previewUrl}`);
  return passed(`${candidate.deployment} is ready: ${count(components.length, 'component')}`);
}
