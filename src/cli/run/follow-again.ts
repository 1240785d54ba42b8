import { DeployerError } from '../../errors.ts';
import { pause } from '../../lib/pause.ts';
import type { Context } from '../context.ts';
import { lineAbove } from '../output/progress.ts';

/** How often a server that went away is looked for again; a run goes on when it is back. */
const reconnectAttempts = 3;

/** How long a database that gives no answer is waited for: a failover, or somebody who has to be woken up. */
const databasePatienceMs = 5 * 60_000;
const askAgainMs = 1000;
/** Breaks of one silence come closer than this: a question is given up after 20 s. */
const oneSilenceMs = 90_000;

/**
 * What is done when the events of a run broke off: resolves when they are to be asked for again, throws when they are
 * not.
 *
 * @param broke What it broke off with; null: the stream just ended.
 * @param isNews Whether there were events since the last break.
 */
export type FollowAgain = (broke: unknown, isNews: boolean) => Promise<void>;

export interface Timing {
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Time that only passes. */
  readonly nowMs: () => number;
}

const forReal: Timing = { pause, nowMs: () => performance.now() };

/** A server that restarts is back at once; a database may be away for minutes, in which the run waits as well. */
export function followAgain(
  { signal, terminal: { err } }: Pick<Context, 'signal' | 'terminal'>,
  run: string,
  timing: Timing = forReal,
): FollowAgain {
  let failures = 0;
  let silentSince: number | null = null;
  let lastMs = -Infinity;
  return async (broke, isNews) => {
    if (isNews) {
      failures = 0;
      silentSince = null;
    }
    if (isDatabaseAway(broke)) {
      const nowMs = timing.nowMs();
      // It has answered in between: the events were followed, though there were none.
      if (nowMs - lastMs > oneSilenceMs) silentSince = null;
      lastMs = nowMs;
      if (silentSince === null)
        lineAbove(err, `deployer: ${broke.message} ${run} is followed on when it answers.`);
      silentSince ??= nowMs;
      if (nowMs - silentSince >= databasePatienceMs) throw gaveUp(run, broke);
      await timing.pause(askAgainMs, signal);
    } else if (broke === null || isLostConnection(broke)) {
      failures += 1;
      if (failures >= reconnectAttempts) throw lost(run);
    } else throw broke;
  };
}

function isDatabaseAway(error: unknown): error is DeployerError {
  return error instanceof DeployerError && error.code === 'database_failed';
}

/** What a connection says that broke: undici's and Node's own errors, and ours when nobody listens. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof DeployerError) return error.code === 'server_unreachable';
  return (
    error instanceof Error && /terminated|other side closed|socket|ECONNRESET|EPIPE/i.test(error.message)
  );
}

function lost(run: string): DeployerError {
  return new DeployerError('server_unreachable', {
    message: `The server broke off the events of ${run}. The run itself goes on.`,
    hint: `deployer run ${run} --follow`,
  });
}

function gaveUp(run: string, { message, detail }: DeployerError): DeployerError {
  return new DeployerError('database_failed', {
    message: `${message} ${run} goes on when it answers.`,
    hint: `deployer doctor; then deployer run ${run} --follow`,
    detail,
  });
}
