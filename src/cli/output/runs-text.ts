import type { RunsView, RunSummary } from '../../api/views/runs.ts';
import type { RunState } from '../../core/pipeline/run.ts';
import { columns } from './columns.ts';
import { shortId } from './digest-text.ts';
import { hintText } from './error-text.ts';
import { stateText } from './result-text.ts';
import type { Style } from './style.ts';
import { ageOf, durationText } from './time.ts';
import { waitingFor } from './waiting-text.ts';

export interface ListSettings {
  readonly style: Style;
  readonly width: number;
  readonly now: Date;
}

export function runsText({ runs, next }: RunsView, settings: ListSettings): string {
  const { style, width } = settings;
  if (runs.length === 0) return `${style.dim('No run yet.')}\n${hintText('deployer ship', style)}`;
  const lines = columns(
    runs.map((run) => row(run, settings)),
    { width },
  );
  return [...lines, ...(next === null ? [] : [hintText(`deployer runs --after ${next}`, style)])].join('\n');
}

function row(
  { run, version, commit, state, to, startedAt, endedAt, waiting }: RunSummary,
  { style, now }: ListSettings,
): string[] {
  const took = endedAt === null ? '' : durationText(Date.parse(endedAt) - Date.parse(startedAt));
  return [
    `${stateSign(state, style)} ${style.bold(run)}`,
    waiting === null ? stateText[state] : `waits for ${waitingFor[waiting.kind]}`,
    version ?? style.dim(shortId(commit)),
    style.dim(`→ ${to}`),
    style.dim(`${ageOf(startedAt, now)} ago`.replace('just now ago', 'just now')),
    style.dim(took),
  ];
}

function stateSign(state: RunState, style: Style): string {
  switch (state) {
    case 'succeeded':
      return style.good('✓');
    case 'failed':
      return style.bad('✗');
    case 'waiting':
      return style.attention('•');
    case 'running':
    case 'queued':
      return style.command('•');
    case 'cancelled':
    case 'superseded':
      return style.dim('·');
  }
}
