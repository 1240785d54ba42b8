import type { ApiClient } from '../../api/client.ts';
import type { RunView } from '../../api/views/runs.ts';
import { callerEnv } from '../../core/pipeline/caller-env.ts';
import type { RunEvent, Waiting, WaitingKind } from '../../core/pipeline/run.ts';
import { DeployerError } from '../../errors.ts';
import { pause } from '../../lib/pause.ts';
import type { Context } from '../context.ts';
import { integrationOfRun } from '../project.ts';
import { commitToShip, pushSource } from '../run/commit-to-ship.ts';
import type { RunProgress } from '../run/run-progress.ts';
import { withServer } from '../server/connect.ts';
import { people } from './demo-people.ts';
import type { FoldedProgress } from './folded-progress.ts';
import type { Narrator } from './narrator.ts';

/** Ships HEAD of the demo's repository, as the engineer. Resolves with the run as soon as it has begun. */
export async function startRun(context: Context): Promise<string> {
  return withServer(context, people.engineer, async (client) => {
    const source = await commitToShip(context, null);
    await pushSource(client, source, context.signal);
    const { integration, folder, commit } = source;
    const body = {
      integration,
      folder,
      commit,
      branch: 'main',
      release: null,
      to: null,
      note: null,
      newHistory: false,
    };
    const { run } = await client.call('ship', { body: { ...body, env: callerEnv(context.env) } });
    return run;
  });
}

/** A machine that stays too busy for this long is no machine for the demo. */
const mostRetries = 3;

export interface Watching {
  readonly run: string;
  readonly narrator: Narrator;
  readonly progress: RunProgress | FoldedProgress;
  /** Awaited for every event, when it has been told. */
  readonly onEvent: (event: RunEvent) => Promise<void>;
}

/** Tells a run from its first event, takes every gate of people, and resolves with the run when it has ended. */
export async function watchRun(context: Context, watching: Watching): Promise<RunView> {
  const { run } = watching;
  const { signal } = context;
  return withServer(context, null, async (client) => {
    let answered: Waiting | null = null;
    let retries = 0;
    const told = { events: 0 };
    for (;;) {
      const { waiting } = await tellEvents(client, watching, { told, signal });
      if (waiting === null) return client.call('run', { params: { run } });
      // The run notices an answer a moment after it was recorded.
      if (answered?.since === waiting.since) {
        await pause(100, signal);
        continue;
      }
      if (waiting.kind === 'undecided') retries += 1;
      if (retries > mostRetries) throw unexpected(waiting);
      await answer(context, waiting, watching.narrator);
      answered = waiting;
    }
  });
}

type Result = RunEvent & { readonly type: 'result' };

/** Events come from the first one each time; `told` counts those that need not be told again. */
async function tellEvents(
  client: ApiClient,
  { run, narrator, progress, onEvent }: Watching,
  { told, signal }: { readonly told: { events: number }; readonly signal: AbortSignal },
): Promise<Result> {
  const events = client.stream('runEvents', { params: { run }, query: { follow: 'true' } }, signal);
  let position = 0;
  for await (const event of events) {
    if (event.type === 'result') return event;
    position += 1;
    if (position <= told.events) continue;
    told.events = position;
    narrator.say(progress.read(event));
    narrator.show(progress.current);
    await onEvent(event);
  }
  throw new DeployerError('demo_failed', {
    message: `The server broke off the events of ${run}.`,
    hint: 'Run the demo again: deployer demo',
  });
}

/** Does what the run waits for, as the person whose turn it is. */
async function answer(context: Context, waiting: Waiting, { style, say }: Narrator): Promise<void> {
  const { kind, next } = waiting;
  const turn = turns[kind];
  if (turn === null) throw unexpected(waiting);
  say(`  ${style.attention('•')} ${turn.person} ${turn.doing}: ${style.command(next)}`);
  await withServer(context, turn.person, (client) => turn.act(client, waiting.run));
}

interface Turn {
  readonly person: string;
  readonly doing: string;
  readonly act: (client: ApiClient, run: string) => Promise<unknown>;
}

/** Null: nothing that happens in the demo. */
const turns: Readonly<Record<WaitingKind, Turn | null>> = {
  uat: {
    person: people.tester,
    doing: 'tries it and signs',
    act: async (client, run) => {
      const body = {
        binding: await bindingFor(client, run),
        verdict: 'pass',
        scenarios: {},
        note: null,
      } as const;
      return client.call('uat', { params: { run }, body });
    },
  },
  approval: {
    person: people.approver,
    doing: 'reads what would change and approves',
    act: async (client, run) => {
      const body = { binding: await bindingFor(client, run), reason: null };
      return client.call('approve', { params: { run }, body });
    },
  },
  // A machine that is too busy to measure on: undecided is not pass, so it is measured again.
  undecided: {
    person: people.engineer,
    doing: 'lets it be measured again',
    act: (client, run) => client.call('retry', { params: { run } }),
  },
  freeze: null,
  capacity: null,
};

/** The digest of exactly what waits: a decision counts for nothing else. */
async function bindingFor(client: ApiClient, run: string): Promise<string> {
  const { decisions } = await client.call('decisions', { params: { integration: integrationOfRun(run) } });
  const binding = decisions.find((decision) => decision.run === run)?.binding ?? null;
  if (binding !== null) return binding;
  throw new DeployerError('demo_failed', {
    message: `${run} waits for a decision about nothing.`,
    hint: 'Run the demo again: deployer demo',
  });
}

function unexpected({ run, reason, next }: Waiting): DeployerError {
  return new DeployerError('demo_failed', {
    message: `${run} waits for what the demo does not expect: ${reason}`,
    hint: next,
  });
}
