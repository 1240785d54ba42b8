import type { RunView } from '../../api/views/runs.ts';
import type { RunEvent, StageRecord, StageState } from '../../core/pipeline/run.ts';
import { shortId } from './digest-text.ts';
import { resultText } from './result-text.ts';
import { environmentHeading, stageText, switchedBackText } from './stage-text.ts';
import type { Style } from './style.ts';
import { momentText } from './time.ts';
import { hanging, wrap, wrapLines } from './wrap.ts';

export interface RunTextSettings {
  readonly style: Style;
  readonly width: number;
  readonly now: Date;
  /** Last lines of the failed stage, as they are shown. */
  readonly output: readonly string[];
}

/** A run with all of its stages: what was done and goes on one by one, what comes or was left out in a line. */
export function runText(view: RunView, settings: RunTextSettings): string {
  const { style, width, now } = settings;
  const groups = [...Map.groupBy(view.stages, ({ environment }) => environment)];
  return [
    titleOf(view, style),
    ...wrap(style.dim(originOf(view, now)), width),
    ...groups.flatMap(([environment, stages]) => [
      environment === null ? '' : environmentHeading(environment, style),
      ...stages.filter(isReached).flatMap((stage) => stageLines(stage, settings)),
      ...backLines(view, stages, style),
      ...namesLines('to come', stages, 'pending', settings),
      ...namesLines('not run', stages, 'skipped', settings),
    ]),
    '',
    wrapLines(resultText({ ...view, result: resultOf(view, now), now }, style), width),
  ].join('\n');
}

function titleOf({ run, version, to }: RunView, style: Style): string {
  return `${style.bold(run)}  ${version ?? 'no version yet'} ${style.dim('→')} ${to}`;
}

function originOf({ commit, requester, startedAt, note }: RunView, now: Date): string {
  const said = note === null ? '' : `: ${note}`;
  return `${shortId(commit)}, shipped by ${requester} ${momentText(startedAt, now)}${said}`;
}

function isReached({ state }: StageRecord): boolean {
  return state !== 'pending' && state !== 'skipped';
}

function stageLines(stage: StageRecord, { style, width, output }: RunTextSettings): readonly string[] {
  return [stageText(stage, style, width), ...(stage.state === 'failed' ? output : [])];
}

/** Where users are since; not what an earlier attempt came to, once its last stage has begun anew. */
function backLines(
  { switchedBack }: Pick<RunView, 'switchedBack'>,
  stages: readonly StageRecord[],
  style: Style,
): readonly string[] {
  const last = stages.findLast(isReached);
  const since = Date.parse(last?.startedAt ?? '');
  return switchedBack
    .filter(({ environment, at }) => environment === last?.environment && Date.parse(at) >= since)
    .map((back) => switchedBackText(back, style));
}

function namesLines(
  title: string,
  stages: readonly StageRecord[],
  state: StageState,
  { style, width }: RunTextSettings,
): readonly string[] {
  const names = stages.filter((stage) => stage.state === state).map(({ name }) => name);
  if (names.length === 0) return [];
  return hanging('  ', style.dim(`· ${title}: ${names.join(', ')}`), width);
}

function resultOf(
  { run, state, waiting, reason, endedAt }: RunView,
  now: Date,
): RunEvent & { readonly type: 'result' } {
  return { type: 'result', run, at: endedAt ?? now.toISOString(), state, waiting, reason };
}
