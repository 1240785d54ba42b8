import type { ApiClient } from '../../api/client.ts';
import type { TrackerView } from '../../api/views/tracking.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { hintText } from '../output/error-text.ts';
import { foundText, trackedText, trackersText, untrackedText } from '../output/track-text.ts';
import { integrationKey } from '../project.ts';
import type { Hooks } from '../run/track-hook.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, text, type Verb } from '../verb.ts';

/** The first time a whole history is brought to the server. */
const lookTimeoutMs = 12 * 60_000;

export const track: Verb = defineVerb({
  name: 'track',
  group: 'Ship',
  summary: 'ship new commits of a branch by itself',
  about:
    'Tracks trigger.branch of this clone, or of a remote of it, until --stop: the server looks every few seconds\n' +
    '(a remote: every 30) and ships each new tip as you. What is there already is not shipped.',
  arguments: {},
  options: {
    remote: text('--remote <remote>', "the branch of a remote, with this clone's access to it, e.g. origin"),
    once: flag('--once', 'look now, and ship what is new; without a tracker only when asked like this'),
    hook: flag('--hook', 'write Git hooks that make the server look at once'),
    list: flag('--list', 'show every tracked branch'),
    stop: flag('--stop', 'end it, and take its hooks out; what was shipped goes on'),
  },
  examples: [
    ['deployer track', 'new commits of the branch in this clone'],
    ['deployer track --remote origin', 'new commits of the branch at origin'],
    ['deployer track --once', 'in a job of CI'],
  ],
  async run(context, { remote, once, hook, list, stop }) {
    refuseSeveral({ once, hook, list, stop }, remote);
    if (list) return await showAll(context);
    if (stop) return await end(context);
    if (hook) return await writeHook(context);
    if (once) return await lookOnce(context, remote);
    return await begin(context, remote);
  },
});

async function begin(context: Context, remote: string | null): Promise<number> {
  const actor = await actorOf(context);
  const view = await withServer(context, actor, (client) =>
    register(context, client, { remote, polls: true }),
  );
  say(context, view, () => trackedText(view, context.terminal.out.style));
  return exitCode.done;
}

async function register(
  context: Context,
  client: ApiClient,
  { remote, polls }: { readonly remote: string | null; readonly polls: boolean },
): Promise<TrackerView> {
  // Loaded late, as it reads the whole file.
  const { branchToTrack } = await import('../run/branch-to-track.ts');
  const { integration, request } = await branchToTrack(context, remote);
  const options = { timeoutMs: lookTimeoutMs, signal: context.signal };
  return await client.call('track', { params: { integration }, body: { ...request, polls } }, options);
}

/** Where nothing is tracked yet, as in a job of CI, the tip is shipped, and from then on what is new. */
async function lookOnce(context: Context, remote: string | null): Promise<number> {
  const integration = await integrationKey(context);
  const former = await withServer(context, null, (client) => trackerIn(client, integration));
  if (former === null || remote !== null) {
    const asked = { remote, polls: former?.polls ?? false };
    await withServer(context, await actorOf(context), (client) => register(context, client, asked));
  }
  // In a hook nobody may be known; what is new is shipped as whoever tracks the branch.
  const options = { timeoutMs: lookTimeoutMs, signal: context.signal };
  const view = await withServer(context, null, (client) =>
    client.call('look', { params: { integration } }, options),
  );
  say(context, view, () => foundText(view.tracker, view.found, settingsOf(context)));
  return view.found?.outcome === 'refused' ? exitCode.failed : exitCode.done;
}

async function trackerIn(client: ApiClient, integration: string): Promise<TrackerView | null> {
  const { trackers } = await client.call('trackers', {});
  return trackers.find((tracker) => tracker.integration === integration) ?? null;
}

async function end(context: Context): Promise<number> {
  const integration = await integrationKey(context);
  const actor = await actorOf(context);
  const view = await withServer(context, actor, (client) =>
    client.call('untrack', { params: { integration } }),
  );
  const { removeHooks } = await import('../run/track-hook.ts');
  const hooks = await removeHooks(context, view);
  say(context, { ...view, hooks }, () => untrackedText(view, hooks, context.terminal.out.style));
  return exitCode.done;
}

async function showAll(context: Context): Promise<number> {
  const view = await withServer(context, null, (client) => client.call('trackers', {}));
  say(context, view, () => trackersText(view.trackers, settingsOf(context)));
  return exitCode.done;
}

async function writeHook(context: Context): Promise<number> {
  const integration = await integrationKey(context);
  const tracker = await withServer(context, null, (client) => trackerIn(client, integration));
  if (tracker === null) {
    throw new DeployerError('tracker_not_found', {
      message: `No branch is tracked for "${integration}".`,
      hint: 'deployer track',
    });
  }
  const { writeHooks } = await import('../run/track-hook.ts');
  const written = await writeHooks(context, tracker);
  say(context, written, () => hooksText(context, written));
  return written.hooks.some(({ state }) => state === 'kept') ? exitCode.failed : exitCode.done;
}

function hooksText({ terminal: { out } }: Context, { line, hooks }: Hooks): string {
  const { style } = out;
  const lines = hooks.map(({ path, state }) => {
    if (state === 'kept') return `${style.attention('!')} ${path} is another hook, and stays as it is`;
    return `${style.good('✓')} ${path}${state === 'present' ? ' is there already' : ''}`;
  });
  const isKept = hooks.some(({ state }) => state === 'kept');
  return [...lines, ...(isKept ? [hintText('Add this line to it:', style), line] : [])].join('\n');
}

function say({ isJson, terminal: { out } }: Context, view: object, asText: () => string): void {
  out.line(isJson ? JSON.stringify(view) : asText());
}

function settingsOf({ terminal: { out } }: Context) {
  return { style: out.style, width: out.columns, now: new Date() };
}

function refuseSeveral(asked: Readonly<Record<string, boolean>>, remote: string | null): void {
  const flags = Object.keys(asked).filter((name) => asked[name]);
  const isWrong = flags.length > 1 || (remote !== null && flags.some((name) => name !== 'once'));
  if (!isWrong) return;
  const named = [...(remote === null ? [] : ['remote']), ...flags].map((name) => `--${name}`);
  throw new DeployerError('usage', {
    message: `${named.join(' and ')} do not go together.`,
    hint: 'deployer track --help',
  });
}
