import { join } from 'node:path';

import type { ArtifactStore } from '../core/releases/artifacts.ts';
import { describeEnd, succeeded } from '../core/pipeline/command-end.ts';
import { count, duration } from '../core/texts/figures.ts';
import type { Releases } from '../core/releases/records.ts';
import type { Step, StepContext } from '../core/pipeline/step.ts';
import { type Evidence, failed, passed, type StageOutcome } from '../core/verdicts/verdict.ts';
import { mapAhead } from '../lib/map-ahead.ts';
import { type CommandResult, runCommand } from '../lib/run-command.ts';
import { type BuildJob, buildLanes } from './build-lanes.ts';
import { commandEnv, nodeFolderFor } from './command-env.ts';
import { commandOutput } from './command-output.ts';
import { restoreBuilt } from './restore-built.ts';

export interface BuildPorts {
  readonly releases: Releases;
  readonly artifacts: ArtifactStore;
  /** How many builds may run at the same time. */
  readonly parallel: number;
  /** Folder of Deployer's own Node. */
  readonly nodeFolder: string;
}

/**
 * Builds the components, each in its folder. When the commit has a release nothing is built again: what was packed
 * then is put in place, so that what the suites see is what runs.
 */
export function buildStep(ports: BuildPorts): Step {
  return {
    run: async (context) => {
      const { integration, commit } = context.run;
      const release = await ports.releases.ofCommit(integration, commit);
      if (release === null) return build(context, ports);
      context.log(`Release ${release.version} of this commit exists; its artifacts are used.`, 'note');
      await restoreBuilt(context, release, ports.artifacts);
      return passed(`Nothing was built: release ${release.version} of this commit exists`, [
        { kind: 'build', body: { reused: release.id, artifacts: release.artifacts } },
      ]);
    },
  };
}

async function build(context: StepContext, ports: BuildPorts): Promise<StageOutcome> {
  const startedAt = performance.now();
  const lanes = buildLanes(context.definition.components);
  const stop = new AbortController();
  const built: Built[] = [];
  for await (const jobs of mapAhead(lanes, ports.parallel, (lane) => buildLane(lane, context, ports, stop))) {
    built.push(...jobs);
  }
  context.signal.throwIfAborted();
  const evidence = [buildEvidence(built)];
  const broken = built.find(({ result }) => !succeeded(result));
  if (broken !== undefined) return failed(failure(broken), evidence);
  const names = built.flatMap(({ job }) => job.components).join(', ');
  if (names === '') return passed('No component has anything to build', evidence);
  const components = count(built.flatMap(({ job }) => job.components).length, 'component');
  return passed(`Built ${components} in ${duration(performance.now() - startedAt)}: ${names}`, evidence);
}

interface Built {
  readonly job: BuildJob;
  readonly result: CommandResult;
}

/** Ends at the first failure and stops the other lanes; what was stopped is not among the results. */
async function buildLane(
  lane: readonly BuildJob[],
  context: StepContext,
  ports: BuildPorts,
  stop: AbortController,
): Promise<readonly Built[]> {
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const built: Built[] = [];
  for (const job of lane) {
    if (signal.aborted) return built;
    try {
      const result = await buildOne(job, context, { ...ports, signal });
      built.push({ job, result });
      if (!succeeded(result)) stop.abort();
    } catch (error) {
      if (signal.aborted) return built;
      stop.abort();
      throw error;
    }
  }
  return built;
}

async function buildOne(
  job: BuildJob,
  context: StepContext,
  options: { readonly signal: AbortSignal; readonly nodeFolder: string },
): Promise<CommandResult> {
  const name = job.components.join(', ');
  context.log(`${name}: ${job.command.run}`, 'note');
  const result = await runCommand({
    command: job.command.run,
    cwd: join(context.folder, job.path),
    env: commandEnv({
      baseEnv: context.run.baseEnv,
      own: job.command.env,
      nodeFolder: nodeFolderFor(context, options.nodeFolder),
    }),
    timeoutMs: job.command.timeoutMs,
    signal: options.signal,
    onLine: commandOutput(context, name),
    redactor: context.redactor,
  });
  context.log(`${name}: the build ${describeEnd(result)}.`, 'note');
  return result;
}

function failure({ job, result }: Built): string {
  return `The build of ${job.components.join(', ')} (\`${job.command.run}\` in ${job.path}) ${describeEnd(result)}`;
}

function buildEvidence(built: readonly Built[]): Evidence {
  return {
    kind: 'build',
    body: {
      builds: built.map(({ job, result }) => ({
        components: job.components,
        path: job.path,
        command: job.command.run,
        exitCode: result.exitCode,
        signal: result.signal,
        timedOut: result.timedOut,
        durationMs: result.durationMs,
        lastLines: succeeded(result) ? [] : result.tail,
      })),
    },
  };
}
