import type { Suite } from '../core/definition/integration.ts';
import type { CandidateFacts, Step, StepContext } from '../core/pipeline/step.ts';
import { type ReportFinding, suiteVerdict } from '../core/verdicts/suite-verdict.ts';
import type { Evidence, StageOutcome } from '../core/verdicts/verdict.ts';
import { type CommandResult, runCommand } from '../lib/run-command.ts';
import { writeCaBundle } from './ca-bundle.ts';
import { nodeFolderFor, suiteEnv } from './command-env.ts';
import { commandOutput } from './command-output.ts';
import { clearReport, readReport } from './test-report.ts';

/** Runs the suite that the stage names: at the candidate's preview in an environment, without a deployment at build. */
export function suiteStep(ports: { readonly nodeFolder: string }): Step {
  return { run: (context) => runSuite(context, ports.nodeFolder) };
}

async function runSuite(context: StepContext, deployersNode: string): Promise<StageOutcome> {
  const suite = suiteOf(context);
  const candidate = context.change?.candidate ?? null;
  const place = { folder: context.folder, report: suite.report };
  const env = await environmentOf(context, suite, { candidate, deployersNode });
  await clearReport(place);
  context.log(suite.run, 'note');
  const startedAtMs = Date.now();
  const startedMs = performance.now();
  const end = await runCommand({
    command: suite.run,
    cwd: context.folder,
    env,
    timeoutMs: suite.timeoutMs,
    signal: context.signal,
    onLine: commandOutput(context),
    redactor: context.redactor,
  });
  // A wall clock that was set back meanwhile makes the report look older than the run.
  const sinceMs = Math.min(startedAtMs, Date.now() - (performance.now() - startedMs));
  const report = await readReport(place, sinceMs, context.signal);
  const outcome = suiteVerdict({ suite: suite.name, end, report });
  return { ...outcome, evidence: [suiteEvidence(context, suite, { end, report })] };
}

function suiteOf({ definition, stage }: StepContext): Suite {
  const suite = definition.suites[stage.suite ?? stage.name];
  if (suite === undefined) throw new Error(`stage ${stage.name} names no suite`);
  return suite;
}

async function environmentOf(
  context: StepContext,
  suite: Suite,
  at: { readonly candidate: CandidateFacts | null; readonly deployersNode: string },
): Promise<Readonly<Record<string, string>>> {
  const { change, run, workspace } = context;
  if (context.stage.environment !== null && at.candidate === null) {
    throw new Error(`${suite.name} in ${context.stage.environment} has no candidate`);
  }
  const { baseEnv } = run;
  const caBundle =
    change === null ? null : await writeCaBundle({ workspace, baseEnv, caFile: change.edge.caFile });
  return suiteEnv(
    { baseEnv, own: await context.reveal(suite.env), nodeFolder: nodeFolderFor(context, at.deployersNode) },
    { release: context.release?.id ?? null, candidate: at.candidate, caBundle },
  );
}

function suiteEvidence(
  { change, release, run }: StepContext,
  suite: Suite,
  seen: { readonly end: CommandResult; readonly report: ReportFinding },
): Evidence {
  const { exitCode, signal, timedOut, durationMs, tail } = seen.end;
  return {
    kind: 'suite',
    body: {
      suite: suite.name,
      command: suite.run,
      commit: run.commit,
      release: release?.id ?? null,
      deployment: change?.candidate?.deployment ?? null,
      exitCode,
      signal,
      timedOut,
      durationMs,
      report: seen.report,
      lastLines: exitCode === 0 ? [] : tail,
    },
  };
}
