import type { TipView, TrackerView } from '../../api/views/tracking.ts';
import { shortId } from './digest-text.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { ageOf, momentText } from './time.ts';
import { hanging, wrapLines } from './wrap.ts';

interface Settings {
  readonly style: Style;
  readonly width: number;
  readonly now: Date;
}

/** What is tracked from now on. */
export function trackedText(view: TrackerView, style: Style): string {
  const begin = view.seen === null ? 'Commits' : `Commits after ${shortId(view.seen)}`;
  return [
    `${style.good('✓')} tracking ${style.bold(view.branch)} of ${sourceText(view)}`,
    `  ${style.dim(`${begin} are shipped by themselves, as ${view.by}.`)}`,
    hintText('deployer track --hook   (ships at once, not at the next look)', style),
  ].join('\n');
}

export function untrackedText(
  { branch }: TrackerView,
  hooks: readonly { readonly path: string; readonly state: 'removed' | 'changed' }[],
  style: Style,
): string {
  return [
    `${style.good('✓')} ${style.bold(branch)} is not tracked any more; what was shipped goes on`,
    ...hooks.map(({ path, state }) =>
      state === 'removed'
        ? `${style.good('✓')} removed the hook ${path}`
        : `${style.good('✓')} took the line of deployer track out of ${path}`,
    ),
  ].join('\n');
}

/** Every tracked branch of the server. */
export function trackersText(views: readonly TrackerView[], settings: Settings): string {
  const { style } = settings;
  if (views.length === 0)
    return `${style.dim('No branch is tracked.')}\n${hintText('deployer track', style)}`;
  return views
    .map((view) => [style.bold(view.integration), ...trackingLines(view, settings)].join('\n'))
    .join('\n\n');
}

/** A tracked branch: what became of its newest commit, when it was looked at, and what is wrong. */
export function trackingLines(view: TrackerView, settings: Settings): readonly string[] {
  const { style, width, now } = settings;
  const { branch, trouble, tips, seen } = view;
  const tip = tips.find(({ commit }) => commit === seen) ?? null;
  const isBad = trouble !== null || tip?.outcome === 'refused';
  const sign = isBad ? style.attention('!') : style.dim('↻');
  const text = `of ${sourceText(view)}: ${tip === null ? nothingNew(seen) : fateText(tip)}${style.dim(looksText(view, now))}`;
  return [
    ...hanging(`${sign} tracking ${style.bold(branch)} `, text, width),
    ...(tip === null ? [] : tipLines(tip, settings)),
    ...(trouble === null ? [] : troubleLines(view, trouble, settings)),
  ];
}

/** What became of a tip that a look has found; null: nothing was new. */
export function foundText(view: TrackerView, found: TipView | null, settings: Settings): string {
  const { style } = settings;
  if (found === null) return `${style.dim('·')} ${view.branch}: ${nothingNew(view.seen)}`;
  const sign =
    found.outcome === 'shipped'
      ? style.good('✓')
      : found.outcome === 'known'
        ? style.dim('·')
        : style.bad('✗');
  const follow = found.outcome === 'shipped' ? [hintText(`deployer run ${found.run} --follow`, style)] : [];
  return [`${sign} ${fateText(found)}`, ...tipLines(found, settings), ...follow].join('\n');
}

function nothingNew(seen: string | null): string {
  return seen === null ? 'nothing seen yet' : `nothing new since ${shortId(seen)}`;
}

function fateText({ commit, outcome, run }: TipView): string {
  switch (outcome) {
    case 'shipped':
      return `${shortId(commit)} is shipped as ${run}`;
    case 'known':
      return `${shortId(commit)} has run ${run} already`;
    case 'refused':
      return `${shortId(commit)} was refused`;
  }
}

function tipLines({ news, reason, next }: TipView, { style, width }: Settings): readonly string[] {
  return [
    ...(news === null ? [] : [wrapLines(`  ${style.dim(news)}`, width)]),
    ...(reason === null ? [] : saidLines(reason, width)),
    ...(next === null ? [] : [hintText(next, style)]),
  ];
}

function troubleLines(
  { looksAt }: TrackerView,
  { message, hint, since }: NonNullable<TrackerView['trouble']>,
  { style, width, now }: Settings,
): readonly string[] {
  const again = looksAt === null ? '' : `, looks again at ${momentText(looksAt, now)}`;
  return [
    ...saidLines(message, width),
    `  ${style.dim(`for ${ageOf(since, now)}${again}`)}`,
    hintText(hint, style),
  ];
}

/** What was said, and below it what a program or a list added. */
function saidLines(text: string, width: number): readonly string[] {
  const [first = '', ...rest] = text.split('\n');
  return [wrapLines(`  ${first}`, width), ...rest.map((line) => `  │ ${line}`)];
}

function sourceText({ remote, repository }: TrackerView): string {
  return remote === null ? repository : `${remote} (${repository})`;
}

function looksText({ lookedAt, polls }: TrackerView, now: Date): string {
  const last = lookedAt === null ? 'not looked yet' : `looked ${agoText(lookedAt, now)}`;
  return `, ${last}${polls ? '' : ', when asked only'}`;
}

function agoText(iso: string, now: Date): string {
  const age = ageOf(iso, now);
  return age === 'just now' ? age : `${age} ago`;
}
