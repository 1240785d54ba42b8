import { z } from 'zod';

import type { BegunChange, ResidentChange, Residents } from '../core/residents/change-residents.ts';
import type { Step, StepContext } from '../core/pipeline/step.ts';
import { passed, type StageOutcome } from '../core/verdicts/verdict.ts';

/** Changes what exists once in the environment, before migrations and the candidate, which use it. */
export function residentsStep(ports: { readonly residents: Residents }): Step {
  return { run: (context) => changeResidents(ports, context) };
}

/** What the stage has begun, by component. */
const Begun: z.ZodType<Readonly<Record<string, BegunChange>>> = z.record(
  z.string(),
  z.enum(['started', 'changed']),
);

async function changeResidents(
  { residents }: { readonly residents: Residents },
  context: StepContext,
): Promise<StageOutcome> {
  const { run, stage, signal, log } = context;
  let begun = Begun.nullable().parse(await context.recall()) ?? {};
  const begins = async (component: string, change: BegunChange): Promise<void> => {
    begun = { ...begun, [component]: change };
    await context.remember(begun);
  };
  const seen = await residents.change({ run, environment: stage.environment ?? '', begins, log }, signal);
  // Done again after a crash, it finds its own work: that is a change of this stage all the same.
  const changes = seen.map((each) => {
    const before = begun[each.component];
    return before === undefined ? each : { ...each, change: before };
  });
  return passed(sentences(changes).join(', '), [{ kind: 'residents', body: { changes } }]);
}

/** `store was changed in place, cache stays as it is` */
function sentences(changes: readonly ResidentChange[]): readonly string[] {
  const says = { started: 'was started', changed: 'was changed in place', unchanged: 'stays as it is' };
  return changes.map(({ component, change }) => `${component} ${says[change]}`);
}
