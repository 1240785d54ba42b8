import type { RunView } from '../../api/views/runs.ts';
import type { EnvironmentView, StatusView } from '../../api/views/status.ts';
import { callerEnv } from '../../core/pipeline/caller-env.ts';
import type { RunEvent } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { RunProgress } from '../run/run-progress.ts';
import { withServer } from '../server/connect.ts';
import { type Act, acts } from './acts.ts';
import { type DemoFigures, surprises, type TakenBack } from './demo-figures.ts';
import { people } from './demo-people.ts';
import type { DemoPlace } from './demo-place.ts';
import { type DemoReceiver, startReceiver } from './demo-receiver.ts';
import { commitVersion, initRepository } from './demo-repository.ts';
import { startRun, watchRun } from './demo-run.ts';
import {
  closingText,
  meanwhileText,
  openingText,
  refusedText,
  takenBackText,
  toldText,
  trafficText,
  usersText,
} from './demo-text.ts';
import { type DemoTraffic, startTraffic } from './demo-traffic.ts';
import { endedOtherwise } from './ended-otherwise.ts';
import { FoldedProgress } from './folded-progress.ts';
import type { Narrator } from './narrator.ts';
import { settled, settleMs } from './settled.ts';
import { noTraffic } from './traffic-counts.ts';

export interface Demo {
  readonly place: DemoPlace;
  readonly narrator: Narrator;
  /** Of a command line in the demo's repository. */
  readonly context: Context;
}

/** What has happened up to now. */
interface Story {
  readonly runs: RunView[];
  readonly switchedBack: TakenBack[];
  /** From when production is live for the first time. */
  traffic: DemoTraffic | null;
}

const integration = 'triage-desk';

/** Deployer looks every two seconds for what is to be told. */
const toldWithinMs = 10_000;

/** Where `deployer.yaml` says that the address of the receiver is. */
const receiverSecret = 'alerts#webhook';

/** Plays all acts, or up to the first that ends otherwise than it should. */
export async function play(demo: Demo): Promise<DemoFigures> {
  const startedAt = performance.now();
  const { narrator, context, place } = demo;
  const { say } = narrator;
  say(openingText(place, narrator));
  const receiver = await startReceiver(place, ({ kind, text }) => {
    // What waits for people is told where it waits.
    if (kind !== 'waiting') say(toldText(text, narrator));
  });
  const story: Story = { runs: [], switchedBack: [], traffic: null };
  try {
    await startHome(context);
    await initRepository(place, context.signal);
    await nameReceiver(context, receiver);
    await playActs(demo, story);
    // What was not taken back as told is no part of the tour.
    const refusal = endedOtherwise(story.runs).length === 0 ? await shipAgain(demo, story) : null;
    const { runs, switchedBack } = story;
    const isTold = refusal === null ? null : await receiver.heard('held', toldWithinMs);
    const traffic = (await story.traffic?.stop()) ?? noTraffic;
    const durationMs = performance.now() - startedAt;
    const figures = { runs, traffic, switchedBack, refusal: refusal?.message ?? null, isTold, durationMs };
    if (surprises(figures).length === 0) {
      const settling = { timeoutMs: settleMs, signal: context.signal };
      const isWell = ({ environments }: StatusView): boolean =>
        environments.every(({ trouble }) => trouble.length === 0);
      say(closingText(figures, await settled(() => statusOf(context), isWell, settling), narrator));
    }
    return figures;
  } catch (error) {
    await story.traffic?.stop().catch(() => null);
    throw error;
  } finally {
    await receiver.stop();
  }
}

/** Its address is a secret: `deployer secret set alerts#webhook`. */
async function nameReceiver(context: Context, { address }: DemoReceiver): Promise<void> {
  const body = { name: receiverSecret, value: address };
  await withServer(context, people.engineer, (client) =>
    client.call('secretSet', { params: { integration }, body }),
  );
}

/** Awaited even after Ctrl-C: a server that is still starting could not be ended. */
async function startHome(context: Context): Promise<void> {
  const patient = { ...context, signal: new AbortController().signal };
  await withServer(patient, null, (client) => client.call('server', {}));
  context.signal.throwIfAborted();
}

async function playActs(demo: Demo, story: Story): Promise<void> {
  const { narrator, context } = demo;
  const { say, style, width } = narrator;
  let run: string | null = null;
  for (const [index, act] of acts.entries()) {
    run ??= await ship(demo, act);
    narrator.act(act.title, act.why);
    const view = { style, width, isVerbose: false };
    const progress = index === 0 ? new RunProgress(view) : new FoldedProgress(view, 'production');
    let next: string | null = null;
    const onEvent = async (event: RunEvent): Promise<void> => {
      if (event.type === 'switched-back') story.switchedBack.push(event);
      if (!isLive(event)) return;
      await welcomeUsers(demo, story);
      next = await shipMeanwhile(demo, acts[index + 1]);
      if (index === 0) await tryAlerts(context);
    };
    story.runs.push(await watchRun(context, { run, narrator, progress, onEvent }));
    if (story.traffic !== null) say(trafficText(story.traffic.counts, narrator));
    if (story.runs.at(-1)?.state !== act.ending) return;
    run = next;
  }
}

function isLive(event: RunEvent): boolean {
  return (
    event.type === 'stage' &&
    event.environment === 'production' &&
    event.name === 'switch' &&
    event.state === 'passed'
  );
}

async function ship({ place, context }: Demo, act: Act): Promise<string> {
  await commitVersion(place, act, context.signal);
  return startRun(context);
}

/** While a release is watched, the next commit need not wait. */
async function shipMeanwhile(demo: Demo, act: Act | undefined): Promise<string | null> {
  if (act === undefined) return null;
  demo.narrator.say(meanwhileText(act.version, demo.narrator.style));
  return ship(demo, act);
}

async function welcomeUsers({ place, context, narrator: { say, style } }: Demo, story: Story): Promise<void> {
  if (story.traffic !== null) return;
  story.traffic = startTraffic(place, await productionOf(context));
  say(usersText(style));
}

/** Sends a test by the way of alerts, while the first release is watched. The checklist says what became of it. */
async function tryAlerts(context: Context): Promise<void> {
  await withServer(context, people.engineer, (client) =>
    client.call('testAlerts', { params: { integration }, body: { environment: 'production' } }),
  );
}

function statusOf(context: Context): Promise<StatusView> {
  return withServer(context, null, (client) => client.call('status', { params: { integration } }));
}

async function productionOf(context: Context): Promise<EnvironmentView> {
  const { environments } = await statusOf(context);
  const production = environments.find(({ name }) => name === 'production');
  if (production !== undefined) return production;
  throw new DeployerError('demo_failed', {
    message: 'There is no production.',
    hint: 'Run it again: deployer demo',
  });
}

/** Why the release that was taken back cannot be shipped again; null when it can, or none was taken back. */
async function shipAgain(
  { context, narrator }: Demo,
  { runs, switchedBack: [back] }: Story,
): Promise<DeployerError | null> {
  const { say } = narrator;
  const bad = runs.at(-1);
  if (back === undefined || bad === undefined) return null;
  say(takenBackText(runs, back, narrator));
  const { release, version } = bad;
  const body = {
    integration,
    folder: '.',
    commit: null,
    branch: null,
    release,
    to: null,
    note: null,
    newHistory: false,
  };
  try {
    await withServer(context, people.engineer, (client) =>
      client.call('ship', { body: { ...body, env: callerEnv(context.env) } }),
    );
    return null;
  } catch (error) {
    if (!(error instanceof DeployerError) || error.code !== 'release_held') throw error;
    say(refusedText(version ?? '', error, narrator));
    return error;
  }
}
