import type { RunEvent, RunState, StageRecord } from '../../core/run.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { durationText } from './time.ts';
import { waitingText } from './waiting-text.ts';

export type RunResult = RunEvent & { readonly type: 'result' };

export interface ResultFacts {
  readonly result: RunResult;
  /** The last environment that it was to reach. */
  readonly to: string;
  readonly startedAt: string;
  readonly stages: readonly StageRecord[];
  readonly now: Date;
}

/** The last block of a run that was followed: where it stands, and what to type next. */
export function resultText({ result, to, startedAt, stages, now }: ResultFacts, style: Style): string {
  if (result.waiting !== null) return waitingText(result.waiting, now, style);
  const run = style.bold(result.run);
  const took = durationText(Date.parse(result.at) - Date.parse(startedAt));
  switch (result.state) {
    case 'succeeded':
      return `${style.good('✓')} ${run} is in ${style.bold(to)} ${style.dim(`after ${took}`)}\n${hintText('deployer status', style)}`;
    case 'failed':
      return [
        `${style.bad('✗')} ${run} failed${failedStage(stages)}${because(result)}`,
        hintText(`deployer retry ${result.run}   (or ship a fix: deployer ship)`, style),
      ].join('\n');
    case 'cancelled':
    case 'superseded':
      return `${style.bad('✗')} ${run} was ${result.state}${because(result)}\n${hintText('deployer runs', style)}`;
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

function because({ reason }: RunResult): string {
  return reason === null || reason === '' ? '' : `: ${reason}`;
}
