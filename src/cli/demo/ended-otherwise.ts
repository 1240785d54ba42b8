import type { RunView } from '../../api/views/runs.ts';
import { type Act, acts } from './acts.ts';

type Ended = Pick<RunView, 'run' | 'version' | 'state' | 'reason' | 'stages'>;

/** How the runs of the demo ended otherwise than it tells, a sentence each; empty when all ended as told. */
export function endedOtherwise(runs: readonly Ended[]): readonly string[] {
  return runs.flatMap((run, index) => {
    const act = acts[index];
    return act === undefined || isAsTold(run, act) ? [] : [sentenceOf(run)];
  });
}

/** That the bad release fails is not enough: it has to be the watch of production that finds it. */
function isAsTold(run: Ended, { ending, failsIn }: Act): boolean {
  if (run.state !== ending) return false;
  const failed = failedStage(run);
  return failsIn === null || (failed?.name === failsIn.stage && failed.environment === failsIn.environment);
}

function sentenceOf(run: Ended): string {
  const failed = failedStage(run);
  const named = run.version ?? run.run;
  if (failed === undefined) return `${named} ${run.state}: ${run.reason ?? 'no reason'}`;
  const where = failed.environment === null ? '' : ` (${failed.environment})`;
  const why = failed.reason ?? run.reason ?? 'no reason';
  // The release is the same on every machine.
  const cause = failed.name === 'performance' ? ' This machine was too slow for its load test.' : '';
  return `${named} failed in ${failed.name}${where}: ${why.replace(/\.$/, '')}.${cause}`;
}

function failedStage({ stages }: Ended): Ended['stages'][number] | undefined {
  return stages.find(({ state }) => state === 'failed');
}
