import type { ResidentChange, Residents } from '../core/change-residents.ts';
import type { Step, StepContext } from '../core/step.ts';
import { passed, type StageOutcome } from '../core/verdict.ts';

/** Changes what exists once in the environment, before migrations and the candidate, which use it. */
export function residentsStep(ports: { readonly residents: Residents }): Step {
  return { run: (context) => changeResidents(ports, context) };
}

async function changeResidents(
  { residents }: { readonly residents: Residents },
  { run, stage, signal, log }: StepContext,
): Promise<StageOutcome> {
  const changes = await residents.change({ run, environment: stage.environment ?? '', log }, signal);
  return passed(sentences(changes).join(', '), [{ kind: 'residents', body: { changes } }]);
}

/** `store was changed in place, cache stays as it is` */
function sentences(changes: readonly ResidentChange[]): readonly string[] {
  const says = { started: 'was started', changed: 'was changed in place', unchanged: 'stays as it is' };
  return changes.map(({ component, change }) => `${component} ${says[change]}`);
}
