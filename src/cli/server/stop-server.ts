import type { ApiClient } from '../../api/client.ts';
import type { ServerFile } from '../../api/server-file.ts';
import type { StoppedView } from '../../api/views/server.ts';
import { isRunning } from '../../lib/process-identity.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import type { Context } from '../context.ts';
import { endBySignal } from './end-by-signal.ts';
import { openClient } from './open-client.ts';
import { isSilence } from './running-server.ts';
import { untilSilent } from './silence.ts';

/** What is in flight is ended, components drain. It is more than the server gives itself. */
const stopDeadlineMs = 6 * 60_000;
/** Between its answer and its end it closes what it has open. */
const endDeadlineMs = 60_000;

/**
 * Ends the server of this home, if there is one, and returns when its process is gone. With `all` also what is
 * deployed and the database, whether a server runs or not. One that hangs is ended by signals, and that is said.
 */
export async function stopServer(
  context: Context,
  server: ServerFile | null,
  all: boolean,
): Promise<StoppedView> {
  const { home, signal } = context;
  const answer = server === null ? null : await stopped(context, server, all);
  if (answer !== null) return answer;
  const own = server === null ? [] : ['server'];
  const others = all ? (await (await context.serverVerbs()).stopAll({ home, signal })).stopped : [];
  return { stopped: [...own, ...others] };
}

/** What it says to have stopped, once its process is gone; null when it had to be ended without its doing. */
async function stopped(context: Context, server: ServerFile, all: boolean): Promise<StoppedView | null> {
  const { signal } = context;
  const client = await openClient({ socketPath: server.socket, actor: null });
  try {
    const view = await answerOf(client, all, signal);
    if (view !== null && (await hasEnded(server, signal))) return view;
    await endBySignal(context, server);
    return view;
  } finally {
    await client.close();
  }
}

/** Null when it hangs: it answers nothing else meanwhile, or not in all the time that stopping may take. */
async function answerOf(client: ApiClient, all: boolean, signal: AbortSignal): Promise<StoppedView | null> {
  const over = new AbortController();
  const body = { all, afterSteps: false };
  try {
    return await Promise.race([
      client.call('stop', { body }, { timeoutMs: stopDeadlineMs, signal }),
      untilSilent(client, AbortSignal.any([signal, over.signal])).then(() => null),
    ]);
  } catch (error) {
    signal.throwIfAborted();
    if (isSilence(error)) return null;
    throw error;
  } finally {
    over.abort();
  }
}

async function hasEnded(server: ServerFile, signal: AbortSignal): Promise<boolean> {
  const isGone = async (): Promise<true | null> => ((await isRunning(server)) ? null : true);
  const wait = { timeoutMs: endDeadlineMs, signal, what: 'the server to end', hint: 'deployer doctor' };
  try {
    return await waitUntil(isGone, wait);
  } catch (error) {
    signal.throwIfAborted();
    if (isSilence(error)) return false;
    throw error;
  }
}
