import { passed, type StageOutcome } from '../core/verdicts/verdict.ts';
import type { Step, StepContext } from '../core/pipeline/step.ts';
import type { Switcher } from '../core/switching/switcher.ts';
import { requireCandidate } from './require-candidate.ts';

/** Moves the users of an environment to the candidate. */
export function switchStep(ports: { readonly switcher: Switcher }): Step {
  return { run: (context) => switchTraffic(ports, context) };
}

async function switchTraffic(
  { switcher }: { readonly switcher: Switcher },
  context: StepContext,
): Promise<StageOutcome> {
  const { change, candidate } = requireCandidate(context);
  const { former } = change;
  const { integration, environment, deployment } = candidate;
  const by = { identity: context.run.requester, proven: false };
  const result = await switcher.switchTo(
    {
      integration,
      environment,
      from: former,
      to: deployment,
      cause: 'ship',
      reason: null,
      by,
      holder: context.run.id,
      run: context.run.id,
    },
    context.signal,
  );
  const figures = { from: former, to: deployment, ...result };
  const took = `${result.switchMs.toFixed(0)} ms`;
  return passed(
    former === null
      ? `${deployment} is live (first deployment, ${took})`
      : `${former} -> ${deployment} in ${took}`,
    [{ kind: 'switch', body: figures }],
  );
}
