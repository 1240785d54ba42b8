import type { RunView } from '../../api/views.ts';
import type { RunEvent, StageRecord } from '../../core/run.ts';
import { shortId } from './digest-text.ts';
import { resultText } from './result-text.ts';
import { environmentHeading, stageText } from './stage-text.ts';
import type { Style } from './style.ts';
import { momentText } from './time.ts';

export interface RunTextSettings {
  readonly style: Style;
  readonly width: number;
  readonly now: Date;
  /** Last lines of the failed stage. */
  readonly output: readonly string[];
}

/** A run with all of its stages, done, going on and to come. */
export function runText(view: RunView, settings: RunTextSettings): string {
  const { style, now } = settings;
  const lines = [titleOf(view, style), style.dim(originOf(view, now)), ''];
  let environment: string | null = null;
  for (const stage of view.stages) {
    if (stage.environment !== environment && stage.environment !== null) {
      lines.push(environmentHeading(stage.environment, style));
    }
    environment = stage.environment;
    lines.push(...stageLines(stage, settings));
  }
  return [...lines, '', resultText({ ...view, result: resultOf(view, now), now }, style)].join('\n');
}

function titleOf({ run, version, to }: RunView, style: Style): string {
  return `${style.bold(run)}  ${version ?? 'no version yet'} ${style.dim('→')} ${to}`;
}

function originOf({ commit, requester, startedAt, note }: RunView, now: Date): string {
  const said = note === null ? '' : `: ${note}`;
  return `${shortId(commit)}, shipped by ${requester} ${momentText(startedAt, now)}${said}`;
}

function stageLines(stage: StageRecord, { style, width, output }: RunTextSettings): readonly string[] {
  const said = stage.state === 'failed' ? output.map((line) => `    ${style.bad('│')} ${line}`) : [];
  return [stageText(stage, style, width), ...said];
}

function resultOf(
  { run, state, waiting, reason, endedAt }: RunView,
  now: Date,
): RunEvent & { readonly type: 'result' } {
  return { type: 'result', run, at: endedAt ?? now.toISOString(), state, waiting, reason };
}
