import type { DecisionView } from '../../api/views/decisions.ts';
import { changeLines } from './changes-text.ts';
import { columns } from './columns.ts';
import { shortId } from './digest-text.ts';
import type { Style } from './style.ts';
import { timesText } from './waiting-text.ts';
import { hanging } from './wrap.ts';

/** More changes than this are counted, not listed. */
const shownChanges = 20;

export interface DecisionSettings {
  readonly style: Style;
  readonly width: number;
  readonly now: Date;
}

/** Everything that a person must see before deciding. */
export function decisionText(decision: DecisionView, settings: DecisionSettings): string {
  const { style, width } = settings;
  return [
    heading(decision, style),
    ...columns(facts(decision, settings), { width }),
    ...scenarioLines(decision, settings),
    ...changesLines(decision, settings),
    ...decision.notices.flatMap((notice) => noticeLines(notice, settings)),
  ].join('\n');
}

function heading({ kind, environment, run, version }: DecisionView, style: Style): string {
  const question = {
    approval: `Approve ${version ?? run} for ${environment}?`,
    uat: `Does ${version ?? run} do its work in ${environment}?`,
    undecided: `${version ?? run} is undecided${environment === null ? '' : ` in ${environment}`}`,
  }[kind];
  return `${style.bold(question)}\n`;
}

function facts(decision: DecisionView, { style, now }: DecisionSettings): (readonly string[])[] {
  const { parts, approvals, rollback, url, caFile } = decision;
  const row = (name: string, value: string): readonly string[] => [style.dim(name), value];
  const rows = [
    row('run', `${decision.run}${style.dim(`, shipped by ${decision.requester}`)}`),
    row('commit', `${shortId(decision.commit)}${style.dim(` by ${decision.authors.join(', ')}`)}`),
  ];
  if (parts !== null) {
    rows.push(row('release', shortId(parts.release)));
    rows.push(row('configuration', shortId(parts.configuration)));
    if (parts.deployment !== null) rows.push(row('judges', parts.deployment));
    rows.push(row('replaces', parts.replaces ?? style.dim('nothing: the first deployment')));
  }
  if (url !== null) rows.push(row('try it', style.command(url)));
  if (url !== null && caFile !== null) rows.push(row('trust', style.dim(caFile)));
  rows.push(row('going back', rollback.ready ? style.good('ready') : rollbackText(rollback.reasons, style)));
  if (approvals !== null) rows.push(row('approvals', approvalsText(approvals)));
  rows.push(row('waits for', decision.waiting.reason), row('', style.dim(timesText(decision.waiting, now))));
  return rows;
}

function rollbackText(reasons: readonly string[], style: Style): string {
  return `${style.attention('not ready')}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
}

export function approvalsText({ given, needed }: NonNullable<DecisionView['approvals']>): string {
  return `${given.length} of ${needed}${given.length === 0 ? '' : ` (${given.join(', ')})`}`;
}

function scenarioLines(
  { kind, scenarios }: DecisionView,
  { style, width }: DecisionSettings,
): readonly string[] {
  if (kind !== 'uat' || scenarios.length === 0) return [];
  return [
    '',
    style.dim('  scenarios'),
    ...scenarios.flatMap((scenario, index) => hanging(`  ${style.dim(`${index + 1}.`)} `, scenario, width)),
  ];
}

function changesLines(
  { changes, parts }: DecisionView,
  { style, width }: DecisionSettings,
): readonly string[] {
  if (parts === null) return [];
  // On a first deployment everything is new: the facts above say what it is.
  if (parts.replaces === null) return [];
  if (changes.length === 0) return ['', style.dim(`  no change against ${parts.replaces}`)];
  const left = changes.length - shownChanges;
  return [
    '',
    style.dim(`  changes against ${parts.replaces}`),
    ...changeLines(changes.slice(0, shownChanges), style, width),
    ...(left > 0 ? [style.dim(`    and ${left} more`)] : []),
  ];
}

function noticeLines(notice: string, { style, width }: DecisionSettings): readonly string[] {
  return ['', ...hanging(`  ${style.attention('!')} `, notice, width)];
}
