import type { RunView } from '../../api/views/runs.ts';
import type { StatusView } from '../../api/views/status.ts';
import type { DeployerError } from '../../errors.ts';
import { columns } from '../output/columns.ts';
import { errorText } from '../output/error-text.ts';
import { statusText } from '../output/status-text.ts';
import type { Style } from '../output/style.ts';
import { durationText } from '../output/time.ts';
import { hanging, wrapLines } from '../output/wrap.ts';
import {
  backMs,
  type DemoFigures,
  detectMs,
  failedByBadRelease,
  type TakenBack,
  timeSpent,
} from './demo-figures.ts';
import { people } from './demo-people.ts';
import type { DemoPlace } from './demo-place.ts';
import { deployerProgram } from './examples-folder.ts';
import type { Narrator } from './narrator.ts';
import { failedIn, nobody, type TrafficCounts } from './traffic-counts.ts';

/** Where it is told. */
type Screen = Pick<Narrator, 'style' | 'width'>;

export function openingText({ home, repository }: DemoPlace, { style, width }: Screen): string {
  return [
    `\n${style.bold('Deployer')} takes an AI agent integration from a Git commit to production, and back.`,
    style.dim('For real, on this machine: three releases, real users, and one of the releases is bad.'),
    style.dim('It takes about 2 minutes on a quiet machine of two cores, and longer on a busy one.\n'),
    ...columns(
      [
        [style.dim('integration'), '🎫 Triage Desk, an agent of six components that answers support tickets'],
        [style.dim('repository'), repository],
        [style.dim('home'), `${home}${style.dim('  (of its own; nothing of yours is touched)')}`],
        [
          style.dim('people'),
          `${people.engineer} ships, ${people.tester} tests, ${people.approver} approves`,
        ],
      ],
      { width },
    ),
  ].join('\n');
}

/** Said when production is live for the first time. */
export function usersText(style: Style): string {
  return `  ${style.command('•')} users are at it from now on: through the front door, without a pause, to the end`;
}

/** What the receiver of alerts was told, as it came. */
export function toldText(text: string, { style, width }: Screen): string {
  return hanging('  ', `${style.command('•')} told: ${text}`, width).join('\n');
}

export function meanwhileText(version: string, style: Style): string {
  return `  ${style.command('•')} meanwhile ${people.engineer} ships ${style.bold(version)}`;
}

/** `users so far: 812 requests, 0 failed (production-1 answered 640, production-2 172)` */
export function trafficText(counts: TrafficCounts, { style, width }: Screen): string {
  const answers = Object.entries(counts.deployments)
    .filter(([deployment]) => deployment !== nobody)
    .map(([deployment, { answered }], index) => `${deployment}${index === 0 ? ' answered' : ''} ${answered}`);
  const failed = failedIn(counts);
  const verdict = `${failed} failed`;
  const painted = failed === 0 ? style.good(verdict) : style.attention(verdict);
  const text = `users so far: ${counts.sent} requests, ${painted} ${style.dim(`(${answers.join(', ')})`)}`;
  return ['', ...hanging('  ', text, width)].join('\n');
}

export function takenBackText(runs: readonly RunView[], back: TakenBack, { style, width }: Screen): string {
  const found = style.bold(durationText(detectMs(runs)));
  const later = style.bold(`${Math.round(backMs(runs, back))} ms`);
  const itself = `${Math.round(back.switchMs)} ms of them for the switch`;
  const text = `found ${found} after the first users met it, and all were back on ${back.to ?? 'nothing'} ${later} later (${itself}); nobody had to act`;
  return hanging('  ', text, width).join('\n');
}

export function refusedText(version: string, refusal: DeployerError, { style, width }: Screen): string {
  return [
    '\n  It is on hold in production: nothing brings it back until a person says so.',
    `  ${style.command(`deployer ship --release ${version}`)}`,
    ...wrapLines(errorText(refusal, style), width - 2)
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
}

export function closingText(figures: DemoFigures, status: StatusView, { style, width }: Screen): string {
  const { traffic, runs, durationMs } = figures;
  const bad = failedByBadRelease(figures);
  const spent = timeSpent(runs).map(({ on, ms }) => `${on} ${durationText(ms)}`);
  return [
    `\n${style.bold('How it ended')}\n`,
    statusText(status, { style, width, now: new Date() }),
    '',
    ...columns(
      [
        [style.bold('users'), `${traffic.sent} requests sent while two releases came and one went`],
        ['', `${failedIn(traffic) - bad} failed because of a switch or a rollback`],
        ['', `${bad} failed in the bad release, until it was taken back`],
        [
          style.bold('time'),
          `${durationText(durationMs)} in all; of the runs, which overlap: ${spent.slice(0, 4).join(', ')}`,
        ],
        ...(spent.length > 4 ? [['', style.dim(spent.slice(4).join(', '))]] : []),
      ],
      { indent: '', width },
    ),
  ].join('\n');
}

/** For whoever wants to look around, and to leave nothing behind afterwards. */
export function nextText(
  { home, repository }: DemoPlace,
  { folders, isAsTold }: { readonly folders: readonly string[]; readonly isAsTold: boolean },
  style: Style,
): string {
  const commands: readonly (readonly [string, string])[] = [
    [`cd ${repository}`, ''],
    [`export DEPLOYER_HOME=${home}`, ''],
    [`alias deployer=${deployerProgram}`, ''],
    ['deployer status', 'what is live where'],
    ['deployer runs', 'what happened'],
    ['deployer checklist', 'what is proven of the newest release'],
    ['deployer document', 'everything that is decided, assumed and observed'],
    ...(isAsTold ? [['deployer rollback production', 'back to 1.0.0, in one message'] as const] : []),
    ['deployer logs production gateway -f', 'what a component says'],
    ['deployer alerts', 'what is alerted on; who was told ended with the demo'],
    ['npm run alerts', 'listens for alerts anew, and says what to type'],
  ];
  const rows = commands.map(([command, meaning]) => [style.command(command), style.dim(meaning)]);
  // A shell must not stand in what it removes; Git's read-only files make `rm -r` ask.
  const ending = [
    'deployer stop --all',
    `cd && rm -rf ${folders.join(' ')}`,
    'unset DEPLOYER_HOME; unalias deployer',
  ];
  return [
    `\n${style.bold('It goes on running, without the users. To look around:')}\n`,
    ...columns(rows),
    `\n${style.bold('To end it, and leave nothing behind:')}\n`,
    ...ending.map((command) => `  ${style.command(command)}`),
  ].join('\n');
}
