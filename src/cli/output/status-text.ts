import type {
  DeploymentView,
  EnvironmentView,
  ResidentView,
  RunningView,
  StatusView,
} from '../../api/views/status.ts';
import { holdReason } from '../../core/order/hold.ts';
import type { Waiting } from '../../core/pipeline/run.ts';
import { columns } from './columns.ts';
import { hintText } from './error-text.ts';
import { frozenText } from './freeze-text.ts';
import { stateText } from './result-text.ts';
import type { Style } from './style.ts';
import { ageOf } from './time.ts';
import { trackingLines } from './track-text.ts';
import { summedUp } from './trouble-text.ts';
import { waitingText } from './waiting-text.ts';
import { padEnd, widthOf } from './width.ts';
import { hanging, wrapLines } from './wrap.ts';

export interface StatusSettings {
  readonly style: Style;
  readonly width: number;
  readonly now: Date;
}

/** Environments with what runs in them; below, what is wrong and what waits. */
export function statusText(view: StatusView, settings: StatusSettings): string {
  const { style, width, now } = settings;
  return [
    `${view.emoji} ${style.bold(view.name)}${view.name === view.integration ? '' : `  ${style.dim(view.integration)}`}`,
    '',
    ...environmentLines(view.environments, settings),
    ...apart([
      ...view.environments.flatMap(({ trouble }) => graveLines(trouble, settings)),
      ...view.trouble.map((sentence) => hanging(`${style.bad('!')} `, sentence, width).join('\n')),
      ...view.environments.flatMap((environment) => troubleLines(environment, settings)),
      ...view.notices.map((notice) => hanging(`${style.dim('·')} `, notice, width).join('\n')),
    ]),
    ...apart(view.running.map((run) => runningText(run, settings))),
    ...apart(view.tracking === null ? [] : trackingLines(view.tracking, settings)),
    ...unique(view).flatMap((waiting) => ['', wrapLines(waitingText(waiting, now, style), width)]),
    ...(view.running.length === 0 && view.environments.every(isEmpty)
      ? ['', hintText('deployer ship', style)]
      : []),
  ].join('\n');
}

/** The rows of all environments align with each other. */
function environmentLines(
  environments: readonly EnvironmentView[],
  settings: StatusSettings,
): readonly string[] {
  const { style, width } = settings;
  const groups = environments.map((environment) => deploymentRows(environment, settings));
  const nameWidth = Math.max(...environments.map(({ name }) => widthOf(name)));
  let rows = columns(groups.flat(), { width });
  return environments.flatMap(({ name, url, live, host }, index) => {
    const count = groups[index]?.length ?? 0;
    const own = rows.slice(0, count);
    rows = rows.slice(count);
    const address = live === null ? 'nothing is live' : (url ?? (host === null ? '' : `on ${host}`));
    return [`${padEnd(style.bold(name), nameWidth)}  ${style.dim(address)}`.trimEnd(), ...own];
  });
}

function deploymentRows(environment: EnvironmentView, settings: StatusSettings): (readonly string[])[] {
  const shown = environment.deployments
    .filter(({ state }) => state !== 'retired' && state !== 'failed')
    .toSorted((a, b) => rank(a) - rank(b));
  const { restarting } = summedUp(environment.trouble);
  return [
    ...shown.map((deployment) =>
      deploymentRow(
        { deployment, isRestarting: restarting.has(deployment.deployment) },
        environment,
        settings,
      ),
    ),
    ...environment.residents.map((resident) => residentRow(resident, settings)),
  ];
}

/** Live first, then what comes, then what one could go back to. */
function rank({ stable, state }: DeploymentView): number {
  if (stable) return 0;
  const order: readonly DeploymentView['state'][] = ['live', 'ready', 'preparing', 'warm', 'draining'];
  return 1 + order.indexOf(state);
}

interface Shown {
  readonly deployment: DeploymentView;
  readonly isRestarting: boolean;
}

function deploymentRow(
  { deployment, isRestarting }: Shown,
  environment: EnvironmentView,
  { style, now }: StatusSettings,
): readonly string[] {
  const { deployment: id, version, state, since, stable, share } = deployment;
  const bright = isRestarting ? style.attention : style.good;
  const sign = stable ? bright('●') : state === 'live' ? bright('◐') : style.dim('○');
  const paint = stable ? (text: string): string => text : style.dim;
  const remark = remarkOn(deployment, environment, style);
  const part = share > 0 && share < 1 ? ` ${Math.round(share * 100)} %` : '';
  return [
    `${sign} ${paint(id)}`,
    paint(version),
    paint(stateWord(deployment) + part) + (isRestarting ? style.attention(', starting again') : ''),
    style.dim(ageOf(since, now)),
    remark,
  ];
}

/** What exists once, below the deployments that use it. The sign is hollow while nothing answers there. */
function residentRow(
  { component, version, since, changing, state, isUsed }: ResidentView,
  { style, now }: StatusSettings,
): readonly string[] {
  const word = changing === null ? residentWord(state, style) : style.attention('changing');
  const sign =
    state === 'ready' || state === null
      ? style.dim('◆')
      : (changing === null ? style.bad : style.attention)('◇');
  return [
    `${sign} ${style.dim(component)}`,
    style.dim(version ?? ''),
    word,
    since === null ? '' : style.dim(ageOf(since, now)),
    residentRemark({ changing, isUsed }, style),
  ];
}

function residentWord(state: ResidentView['state'], style: Style): string {
  switch (state) {
    case null:
    case 'ready':
      return style.dim('kept');
    case 'starting':
      return style.attention('starting');
    case 'degraded':
      return style.bad('not ready');
    case 'absent':
      return style.bad('down');
    case 'failed':
      return style.bad('failed');
  }
}

function residentRemark(
  { changing, isUsed }: Pick<ResidentView, 'changing' | 'isUsed'>,
  style: Style,
): string {
  if (changing !== null) return style.dim(`by ${changing}`);
  return isUsed ? style.dim('exists once') : style.attention('not part of what is live; its data are kept');
}

/** What one could do about it: go back to it, try it, or why not. */
function remarkOn(
  { deployment: id, state, hold }: DeploymentView,
  { previous, candidate }: EnvironmentView,
  style: Style,
): string {
  if (previous?.deployment === id) return rollbackRemark(previous.rollback, style);
  if (candidate?.deployment === id) return style.dim(candidate.url ?? 'candidate');
  if (hold === null || state !== 'warm') return '';
  return style.attention(`on hold: ${holdReason({ reason: hold.reason, identity: hold.by })}`);
}

function stateWord({ stable, state, audience }: DeploymentView): string {
  if (stable) return 'live';
  return audience === null ? state : `${state} for ${audience}`;
}

function rollbackRemark(
  { ready, reasons }: NonNullable<EnvironmentView['previous']>['rollback'],
  style: Style,
): string {
  return ready ? style.good('rollback ready') : style.attention(`no rollback: ${reasons.join('; ')}`);
}

function graveLines(trouble: readonly string[], { style, width }: StatusSettings): readonly string[] {
  return summedUp(trouble).grave.map((sentence) => hanging(`${style.bad('✗')} `, sentence, width).join('\n'));
}

/** `• quoter-2 running: staging / e2e  1.4.0, 12 s` */
function runningText(
  { run, state, environment, stage, version, since }: RunningView,
  settings: StatusSettings,
): string {
  const { style, width, now } = settings;
  const at = stage === null ? '' : `: ${environment === null ? stage : `${environment} / ${stage}`}`;
  const facts = [...(version === null ? [] : [version]), ageOf(since, now)].join(', ');
  return hanging(
    `${style.command('•')} `,
    `${style.bold(run)} ${stateText[state]}${at}  ${style.dim(facts)}`,
    width,
  ).join('\n');
}

function troubleLines(
  environment: EnvironmentView,
  { style, width, now }: StatusSettings,
): readonly string[] {
  const { name, trouble, frozen, previous, deployments } = environment;
  const line = (sign: string, text: string): string =>
    hanging(`${sign} ${style.bold(name)}  `, text, width).join('\n');
  const lines = summedUp(trouble).sentences.map((sentence) => line(style.bad('!'), sentence));
  if (frozen !== null) {
    lines.push(line(style.attention('!'), frozenText(frozen, now)));
    lines.push(`  ${hintText(`deployer unfreeze ${name}`, style)}`);
  }
  // A previous deployment that no longer runs has no row of its own.
  if (previous !== null && !deployments.some(isRunning(previous.deployment))) {
    const ready = rollbackRemark(previous.rollback, style);
    lines.push(line(style.dim('○'), `${previous.deployment} ${previous.version}, cold: ${ready}`));
  }
  return lines;
}

function apart(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function isRunning(id: string): (deployment: DeploymentView) => boolean {
  return ({ deployment, state }) => deployment === id && state !== 'retired' && state !== 'failed';
}

/** A waiting run stands both at the top and at its environment. */
function unique({ waiting, environments }: StatusView): readonly Waiting[] {
  const all = [...waiting, ...environments.flatMap((environment) => environment.waiting)];
  return [
    ...new Map(all.map((entry) => [`${entry.run}/${entry.kind}/${entry.environment}`, entry])).values(),
  ];
}

function isEmpty({ live, deployments, waiting }: EnvironmentView): boolean {
  return live === null && deployments.length === 0 && waiting.length === 0;
}
