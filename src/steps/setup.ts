import { describeEnd, succeeded } from '../core/pipeline/command-end.ts';
import { duration } from '../core/texts/figures.ts';
import type { Step, StepContext } from '../core/pipeline/step.ts';
import { failed, passed, type StageOutcome } from '../core/verdicts/verdict.ts';
import { runCommand } from '../lib/run-command.ts';
import { commandEnv, nodeFolderFor } from './command-env.ts';
import { commandOutput } from './command-output.ts';

/** Runs `tests.setup`, once per run, after the artifacts were packed: it cannot alter them. */
export function setupStep(ports: { readonly nodeFolder: string }): Step {
  return { run: (context) => setUp(context, ports.nodeFolder) };
}

async function setUp(context: StepContext, deployersNode: string): Promise<StageOutcome> {
  const { setup } = context.definition;
  if (setup === null) return passed('The suites need no set-up');
  context.log(setup.run, 'note');
  const result = await runCommand({
    command: setup.run,
    cwd: context.folder,
    env: commandEnv({
      baseEnv: context.run.baseEnv,
      own: await context.reveal(setup.env),
      nodeFolder: nodeFolderFor(context, deployersNode),
    }),
    timeoutMs: setup.timeoutMs,
    signal: context.signal,
    onLine: commandOutput(context),
    redactor: context.redactor,
  });
  const { exitCode, signal, timedOut, durationMs, tail } = result;
  const ok = succeeded(result);
  const body = { command: setup.run, exitCode, signal, timedOut, durationMs, lastLines: ok ? [] : tail };
  const evidence = [{ kind: 'setup', body }];
  return ok
    ? passed(`The suites are set up (${duration(durationMs)})`, evidence)
    : failed(`The set-up of the suites (\`${setup.run}\`) ${describeEnd(result)}`, evidence);
}
