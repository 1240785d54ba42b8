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
  readonly version: string | null;
  readonly startedAt: string;
  readonly stages: readonly StageRecord[];
  readonly now: Date;
}

/** The last block of a run that was followed: where it stands, and what to type next. */
export function resultText(facts: ResultFacts, style: Style): string {
  const { result, to, startedAt, now } = facts;
  if (result.waiting !== null) return waitingText(result.waiting, now, style);
  const run = style.bold(result.run);
  const took = durationText(Date.parse(result.at) - Date.parse(startedAt));
  switch (result.state) {
    case 'succeeded':
      return `${style.good('✓')} ${run} is in ${style.bold(to)} ${style.dim(`after ${took}`)}\n${hintText('deployer status', style)}`;
    case 'failed':
      return [
        `${style.bad('✗')} ${run} failed${failedIn(facts)}${because(result)}`,
        ...waysOn(facts).map((way) => hintText(way, style)),
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

function failedIn(facts: ResultFacts): string {
  const stage = failedStage(facts);
  if (stage === undefined) return '';
  return stage.environment === null ? ` in ${stage.name}` : ` in ${stage.name} (${stage.environment})`;
}

/** A release that a watch or a UAT found bad is on hold there, and a retry would be refused. */
function waysOn(facts: ResultFacts): readonly string[] {
  const { result, version } = facts;
  const stage = failedStage(facts);
  const isJudgedBad = stage?.name === 'watch' || stage?.name === 'uat';
  if (!isJudgedBad || stage.environment === null || version === null)
    return [`deployer retry ${result.run}   (or ship a fix: deployer ship)`];
  return [
    `deployer ship   (a fix; ${version} is on hold in ${stage.environment})`,
    `deployer unhold ${version} --environment ${stage.environment} --reason "…"   (to let it in again)`,
  ];
}

function failedStage({ stages }: ResultFacts): StageRecord | undefined {
  return stages.find(({ state }) => state === 'failed');
}

function because({ reason }: RunResult): string {
  return reason === null || reason === '' ? '' : `: ${reason}`;
}
