import { setTimeout as delay } from 'node:timers/promises';

import { errorEnvelope, fromEnvelope } from '../../api/error-envelope.ts';
import type { ServerFile } from '../../api/server-file.ts';
import { DeployerError } from '../../errors.ts';
import { DetachedProcessError, moduleBeside, startDetached } from '../../lib/detached-process.ts';
import { isFullAt, roomNeeded } from '../../lib/disk-full.ts';
import { prepareHomeFolder } from '../../lib/home-folder.ts';
import type { Context } from '../context.ts';
import { withProgress } from '../output/progress.ts';
import { answeringServer, recordedServer } from './running-server.ts';

/** The first start makes a database cluster; on a slow disk that takes its time. */
const startDeadlineMs = 90_000;
/** How long a server that another command is starting is waited for before one is started again. */
const otherStartMs = 3000;

/** One that has the home and says nothing for so long hangs. */
const longestSilenceMs = 20_000;

/** Starts the local server of this home in the background, and returns when it answers. */
export async function startServer(context: Context): Promise<ServerFile> {
  const { home, terminal } = context;
  await prepareHomeFolder(home.root);
  try {
    return await withProgress(terminal.err, 'starting the local server', () =>
      Promise.race([launch(context), abortOf(context.signal)]),
    );
  } catch (error) {
    if (!(error instanceof DetachedProcessError)) throw error;
    // It could not even say so in its log.
    if (await isFullAt(home.root, roomNeeded.database)) {
      throw new DeployerError('disk_full', {
        message: `The local server did not start: the disk of ${home.root} is full.`,
        hint: `Make room, then try again: df -h ${home.root}`,
        cause: error,
      });
    }
    const said = refusalIn(error.lastLines);
    if (said !== null) throw said;
    throw new DeployerError('server_unreachable', {
      message: `The local server did not start: ${error.message}.`,
      hint: `deployer doctor   (the whole log: ${home.serverLog})`,
      detail: error.lastLines.slice(-12).map(sentenceOf),
      cause: error,
    });
  }
}

/**
 * Of several servers that are started on a home, one gets it; the others end well. Then that one answers soon, or it
 * was the former server on its way out, and this home needs a new one.
 */
async function launch(context: Context): Promise<ServerFile> {
  const beganAt = performance.now();
  const endsAt = beganAt + startDeadlineMs;
  for (;;) {
    try {
      return await launchOnce(context);
    } catch (error) {
      if (!(error instanceof DetachedProcessError) || error.exitCode !== 0) throw error;
      const other = await answerWithin(context, otherStartMs);
      if (other !== null) return other;
      const now = performance.now();
      if (now > endsAt) throw error;
      // On its way out it would have no record any more.
      const silent = await recordedServer(context.home);
      if (silent !== null && now - beganAt > longestSilenceMs) throw silentServer(silent);
    }
  }
}

function silentServer({ pid }: ServerFile): DeployerError {
  return new DeployerError('server_unreachable', {
    message: `The server of this home (process ${pid}) runs and does not answer.`,
    hint: 'deployer stop   (ends one that hangs; the next command starts another)',
  });
}

async function launchOnce({ home, env }: Context): Promise<ServerFile> {
  const passedOn = ['DEPLOYER_DATABASE_URL', 'DEPLOYER_SECRETS_PASSPHRASE'].flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return await startDetached({
    entry: moduleBeside(import.meta.url, '../../main'),
    args: ['serve', '--background'],
    logFile: home.serverLog,
    env: {
      DEPLOYER_HOME: home.root,
      ...Object.fromEntries(passedOn),
    },
    ready: () => answeringServer(home),
    timeoutMs: startDeadlineMs,
    // Ctrl-C ends the waiting, not the server: another command may wait for the same one.
    signal: new AbortController().signal,
  });
}

async function answerWithin({ home }: Context, timeoutMs: number): Promise<ServerFile | null> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const server = await answeringServer(home);
    if (server !== null || performance.now() > endsAt) return server;
    await delay(25);
  }
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** Why the server did not want to start, in its own words; null: it ended otherwise. */
function refusalIn(lines: readonly string[]): DeployerError | null {
  const said = lines.findLast((line) => line.startsWith('{"type":"error"'));
  if (said === undefined) return null;
  const { data } = errorEnvelope.safeParse(JSON.parse(said));
  return data === undefined ? null : fromEnvelope(data);
}

/** A JSON line of the server's log as the sentence in it. */
function sentenceOf(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const record: unknown = JSON.parse(line);
    const message: unknown =
      typeof record === 'object' && record !== null ? Reflect.get(record, 'msg') : null;
    return typeof message === 'string' ? message : line;
  } catch {
    // A line that only looks like JSON is shown as it is.
    return line;
  }
}
