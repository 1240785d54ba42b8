import { statusSign } from '../../core/checklist/status-sign.ts';
import type { StageRecord, StageState, SwitchedBack } from '../../core/pipeline/run.ts';
import { padEnd, padStart } from './width.ts';
import { hanging } from './wrap.ts';
import type { Style } from './style.ts';
import { durationText } from './time.ts';

const nameWidth = 20;
const durationWidth = 10;

/** `  ✓ unit                     2.3 s  41 tests passed`, the reason wrapped under itself where it is long. */
export function stageText(stage: StageRecord, style: Style, width: number): string {
  const took = stageDuration(stage);
  const head = `  ${stageSign(stage.state, style)} ${padEnd(stage.name, nameWidth)}${style.dim(padStart(took, durationWidth))}`;
  if (stage.reason === null || stage.reason === '') return head.trimEnd();
  const paint = isBad(stage.state) ? (text: string) => text : style.dim;
  return hanging(`${head}  `, paint(stage.reason), width).join('\n');
}

function stageSign(state: StageState, style: Style): string {
  switch (state) {
    case 'passed':
      return style.good('✓');
    case 'failed':
      return style.bad('✗');
    case 'undecided':
      return style.attention('?');
    case 'waived':
      return style.attention(statusSign.waived);
    case 'waiting':
      return style.attention('•');
    case 'running':
      return style.command('•');
    case 'pending':
    case 'skipped':
      return style.dim('·');
  }
}

/** The line above the stages of an environment. */
export function environmentHeading(environment: string, style: Style): string {
  return `\n${style.bold(environment)}`;
}

/** Below the stage that failed: where users are now. */
export function switchedBackText({ environment, from, to, switchMs }: SwitchedBack, style: Style): string {
  if (to === null)
    return `  ${style.attention('↩')} ${environment} answers 503: nothing was there before ${from}`;
  const took = style.dim(`(${from} -> ${to} in ${Math.round(switchMs)} ms)`);
  return `  ${style.attention('↩')} ${environment} is back on ${style.bold(to)} ${took}`;
}

function stageDuration({ startedAt, endedAt }: StageRecord): string {
  if (startedAt === null || endedAt === null) return '';
  return durationText(Date.parse(endedAt) - Date.parse(startedAt));
}

function isBad(state: StageState): boolean {
  return state === 'failed' || state === 'undecided' || state === 'waived';
}
