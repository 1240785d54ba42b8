import type { RunEvent, RunState, StageRecord } from '../../core/pipeline/run.ts';
import { onHold, unholdCommand } from '../../core/order/hold.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { durationText } from './time.ts';
import { waitingText } from './waiting-text.ts';

export type RunResult = RunEvent & { readonly type: 'result' };

export interface ResultFacts {
  readonly result: RunResult;
  /** The last environment that it was to reach. */
  readonly to: string;
  readonly version: string | null;
  readonly startedAt: string;
  readonly stages: readonly StageRecord[];
  /** What a retry would be refused for. */
  readonly hold: { readonly environment: string | null } | null;
  readonly now: Date;
}

/** The last block of a run that was followed: where it stands, and what to type next. */
export function resultText(facts: ResultFacts, style: Style): string {
  const { result, to, startedAt, stages, now } = facts;
  if (result.waiting !== null) return waitingText(result.waiting, now, style);
  const run = style.bold(result.run);
  const took = durationText(Date.parse(result.at) - Date.parse(startedAt));
  switch (result.state) {
    case 'succeeded':
      return `${style.good('✓')} ${run} is in ${style.bold(to)} ${style.dim(`after ${took}`)}\n${hintText('deployer status', style)}`;
    case 'failed':
      return [
        `${style.bad('✗')} ${run} failed${failedStage(stages)}${because(result)}`,
        ...waysOn(facts).map((way) => hintText(way, style)),
      ].join('\n');
    case 'cancelled':
      return [
        `${style.bad('✗')} ${run} was cancelled${because(result)}`,
        ...(waysPastHold(facts) ?? [`deployer retry ${result.run}`]).map((way) => hintText(way, style)),
      ].join('\n');
    case 'superseded':
      return `${style.bad('✗')} ${run} was superseded${because(result)}\n${hintText('deployer runs', style)}`;
    case 'queued':
    case 'running':
    case 'waiting':
      return `${style.command('•')} ${run} is ${stateText[result.state]}\n${hintText(`deployer run ${result.run} --follow`, style)}`;
  }
}

export const stateText: Readonly<Record<RunState, string>> = {
  queued: 'queued',
  running: 'running',
  waiting: 'waiting',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  superseded: 'superseded',
};

function failedStage(stages: readonly StageRecord[]): string {
  const stage = stages.find(({ state }) => state === 'failed');
  if (stage === undefined) return '';
  return stage.environment === null ? ` in ${stage.name}` : ` in ${stage.name} (${stage.environment})`;
}

/** A retry of a release that is on hold would be refused, as after a failed watch or UAT. */
function waysPastHold({ version, hold }: ResultFacts): readonly string[] | null {
  if (hold === null || version === null) return null;
  return [
    `deployer ship   (a fix; ${version} is ${onHold(hold)})`,
    `${unholdCommand(version, hold)}   (to let it in again)`,
  ];
}

function waysOn(facts: ResultFacts): readonly string[] {
  const past = waysPastHold(facts);
  if (past !== null) return past;
  const { result, stages } = facts;
  const failed = stages.find(({ state }) => state === 'failed');
  const again = `deployer retry ${result.run}`;
  return failed === undefined || mayPassAgain(failed)
    ? [`${again}   (or ship a fix: deployer ship)`]
    : ['deployer ship   (a fix)', `${again}   (if it was not the commit's fault)`];
}

/** What depends on the machine, or on nobody having answered; any other verdict is one on the commit. */
function mayPassAgain({ name, verdict }: StageRecord): boolean {
  return verdict !== 'fail' || ofTheMachine.has(name);
}

const ofTheMachine: ReadonlySet<string> = new Set(['checkout', 'setup', 'switch', 'rollback-rehearsal']);

function because({ reason }: RunResult): string {
  return reason === null || reason === '' ? '' : `: ${reason}`;
}
