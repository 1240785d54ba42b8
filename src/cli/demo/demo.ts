import type { RunView, StatusView } from '../../api/views.ts';
import type { ErrorEnvelope } from '../../api/error-envelope.ts';
import type { SwitchedBack } from '../../core/run.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { durationText } from '../output/time.ts';
import { runDeployer } from './demo-command.ts';
import { applyVariant, commitAll, makeDemoPlace, removeDemoPlace } from './demo-place.ts';
import { shipThrough } from './demo-run.ts';
import type { Stage } from './demo-stage.ts';
import { type DemoTraffic, startTraffic } from './demo-traffic.ts';
import { noTraffic, type TrafficCounts } from './traffic-counts.ts';

export interface DemoOptions {
  /** Ends everything that it started, and returns. */
  readonly isOnce: boolean;
}

/** What the demo has shown, in figures. */
interface Figures {
  readonly releases: readonly RunView[];
  readonly traffic: TrafficCounts;
  /** Deployment of the bad release: its errors are its own. */
  readonly bad: string;
  readonly rollback: { readonly cause: string; readonly detectMs: number; readonly switchMs: number };
  readonly refusal: string;
  readonly durationMs: number;
}

/** Shows a release going to production and a bad one coming back, on a home of its own. Resolves with the exit code. */
export async function runDemo(context: Context, { isOnce }: DemoOptions): Promise<number> {
  const { terminal, isJson, signal } = context;
  const place = await makeDemoPlace();
  const stage: Stage = {
    place,
    say: (text) => (isJson ? undefined : terminal.out.line(text)),
    style: terminal.out.style,
    width: terminal.out.columns,
    signal,
    switchedBack: [],
  };
  let isLeft = false;
  try {
    const figures = await play(stage);
    if (isJson) terminal.out.line(JSON.stringify(jsonOf(figures)));
    else await curtain(stage, figures);
    isLeft = !isOnce;
    if (isLeft) stage.say(nextCommands(stage));
    return wentAsTold(figures) ? exitCode.done : exitCode.failed;
  } finally {
    if (!isLeft) {
      stage.say(stage.style.dim('Ending everything that the demo started …'));
      // Also after Ctrl-C: what was started must end.
      const ending = new AbortController();
      await runDeployer(place, { args: ['stop', '--all'], user: 'ops@example.com' }, ending.signal);
      await removeDemoPlace(place);
    }
  }
}

async function play(stage: Stage): Promise<Figures> {
  const startedAt = performance.now();
  const { place, say, style } = stage;
  say(`\n${style.bold('Deployer')} takes an AI agent from a commit to production, and back.`);
  say(style.dim(`Everything lies in ${place.root}\n`));

  act(stage, 1, 'A first release goes through every stage.');
  await commitAll(place, 'Triage Desk');
  const first = await shipThrough(stage);
  const traffic = startTraffic(place, await production(stage));
  say(style.dim('  Users are at it from now on: their requests go through production without a pause.\n'));
  try {
    return await underTraffic(stage, { first, traffic, startedAt });
  } catch (error) {
    await traffic.stop().catch(() => null);
    throw error;
  }
}

async function underTraffic(
  stage: Stage,
  {
    first,
    traffic,
    startedAt,
  }: { readonly first: RunView; readonly traffic: DemoTraffic; readonly startedAt: number },
): Promise<Figures> {
  const { place, say, style } = stage;
  act(stage, 2, 'A better release takes over, while users are at it.');
  await applyVariant(place, 'better-answers');
  await commitAll(place, 'Better answers');
  const second = await shipThrough(stage);

  act(stage, 3, 'A release that only fails with real users gets as far as production.');
  await applyVariant(place, 'errors-under-traffic');
  await commitAll(place, 'Read the language of a ticket');
  const third = await shipThrough(stage);
  const refusal = await shipAgain(stage, third);
  say(
    `  Nothing brings it back by itself: ${style.command(`deployer ship --release ${third.version ?? ''}`)}`,
  );
  say(`  ${style.bad('✗')} ${refusal}\n`);

  const counts = await traffic.stop();
  return {
    releases: [first, second, third],
    traffic: counts,
    bad: badDeployment(stage.switchedBack),
    rollback: rollbackOf(third, stage.switchedBack),
    refusal,
    durationMs: performance.now() - startedAt,
  };
}

function act({ say, style }: Stage, number: number, title: string): void {
  say(`${style.bold(`${number}  ${title}`)}\n`);
}

async function production({
  place,
  signal,
}: Stage): Promise<{ readonly url: string; readonly caFile: string }> {
  const { last } = await runDeployer(place, { args: ['status'], user: 'dev@example.com' }, signal);
  const found = (last as StatusView).environments.find(({ name }) => name === 'production');
  if (found === undefined || found.url === null || found.caFile === null || found.live === null) {
    throw new Error('production is not live');
  }
  return { url: found.url, caFile: found.caFile };
}

/** The error's sentence; empty when it was not refused. */
async function shipAgain({ place, signal }: Stage, { version }: RunView): Promise<string> {
  const args = ['ship', '--release', version ?? ''];
  const { code, last } = await runDeployer(place, { args, user: 'dev@example.com' }, signal);
  return code === exitCode.failed ? (last as ErrorEnvelope).error.message : '';
}

function badDeployment(switchedBack: readonly SwitchedBack[]): string {
  return switchedBack.at(-1)?.from ?? '';
}

function rollbackOf({ stages }: RunView, switchedBack: readonly SwitchedBack[]): Figures['rollback'] {
  const ended = (name: string): number =>
    Date.parse(
      stages.find((stage) => stage.name === name && stage.environment === 'production')?.endedAt ?? '',
    );
  const last = switchedBack.at(-1);
  return {
    cause: last?.cause ?? 'none',
    detectMs: ended('watch') - ended('switch'),
    switchMs: last?.switchMs ?? Number.NaN,
  };
}

/** Good releases arrive, the bad one goes back by itself and stays away, and no user pays for a switch. */
function wentAsTold({ releases, traffic, bad, rollback, refusal }: Figures): boolean {
  const states = releases.map(({ state }) => state).join(' ');
  return (
    states === 'succeeded succeeded failed' &&
    rollback.cause === 'watch' &&
    refusal !== '' &&
    traffic.sent > 0 &&
    failedElsewhere(traffic, bad) === 0
  );
}

function failedElsewhere({ failed, deployments }: TrafficCounts, bad: string): number {
  return failed - (deployments[bad]?.failed ?? 0);
}

function jsonOf({ releases, traffic, bad, rollback, durationMs }: Figures): unknown {
  const { sent, failed } = traffic ?? noTraffic;
  return {
    releases: releases.map(({ run, release, version, commit, state }) => ({
      run,
      release,
      version,
      commit,
      state,
    })),
    traffic: { sent, failed, failedByBadRelease: failed - failedElsewhere(traffic, bad) },
    switches: releases.length,
    rollbacks: [rollback],
    durationMs: Math.round(durationMs),
  };
}

async function curtain(stage: Stage, { traffic, bad, rollback, durationMs }: Figures): Promise<void> {
  const { place, say, style, signal } = stage;
  await runDeployer(place, { args: ['status'], user: 'dev@example.com', isShown: true }, signal);
  const own = traffic.deployments[bad]?.failed ?? 0;
  say(`
${style.bold('What users saw')}
  ${String(traffic.sent).padStart(6)} requests sent to production, without a pause
  ${String(failedElsewhere(traffic, bad)).padStart(6)} failed because of a switch or a rollback
  ${String(own).padStart(6)} failed because the bad release answered them, until it was taken back

  found bad after ${durationText(rollback.detectMs)}, taken back in ${Math.round(rollback.switchMs)} ms; the demo took ${durationText(durationMs)}
`);
}

function nextCommands({ place, style }: Stage): string {
  const lines = [
    `cd ${place.repository}`,
    `export DEPLOYER_HOME=${place.home} DEPLOYER_USER=dev@example.com`,
    'deployer status',
    'deployer rollback production',
    'deployer logs production gateway',
    'deployer stop --all',
  ];
  return `It goes on running. Try:\n${lines.map((line) => `  ${style.command(line)}`).join('\n')}\n`;
}
