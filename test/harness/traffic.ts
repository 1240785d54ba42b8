import { setTimeout as pause } from 'node:timers/promises';

import { untilTrue } from './until.ts';
import { type Address, openUser, type User } from './users.ts';

/** Users who keep asking. */
export interface Traffic {
  /** Requests that were answered by a deployment, without an error. */
  answered(deployment: string): number;
  /** Who has answered so far. */
  readonly answerers: readonly string[];
  /** What went wrong, a line each; empty when nothing did. */
  readonly failures: readonly string[];
  readonly sent: number;
  /** Waits until `deployment` has answered this many more requests than now. */
  untilAnsweredBy(deployment: string, more?: number): Promise<void>;
  /** Resolves when the last request in flight has its answer. */
  stop(): Promise<void>;
}

export interface TrafficOptions {
  readonly path?: string;
  readonly users?: number;
}

/** The pace of one user: enough to hit any gap in a switch, little enough for a small machine. */
const pauseMs = 5;

/** Every fourth request opens a connection of its own; the others share some that stay open. */
export async function startTraffic(
  address: Address,
  { path = '/work', users = 4 }: TrafficOptions = {},
): Promise<Traffic> {
  const user = await openUser(address);
  const answers = new Map<string, number>();
  const failures: string[] = [];
  let sent = 0;
  const stopping = new AbortController();

  async function askOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      sent += 1;
      await askOnce(user, { path, reset: sent % 4 === 0 }).then(
        (deployment) => answers.set(deployment, (answers.get(deployment) ?? 0) + 1),
        (error: unknown) => failures.push(`request ${sent}: ${describe(error)}`),
      );
      await pause(pauseMs);
    }
  }

  const asking = Array.from({ length: users }, askOn);
  const answered = (deployment: string): number => answers.get(deployment) ?? 0;
  return {
    answered,
    get answerers() {
      return [...answers.keys()];
    },
    failures,
    get sent() {
      return sent;
    },
    async untilAnsweredBy(deployment, more = 20) {
      const enough = answered(deployment) + more;
      await untilTrue(`${deployment} to answer users`, () => answered(deployment) >= enough);
    },
    async stop() {
      stopping.abort();
      await Promise.all(asking);
      await user.close();
    },
  };
}

async function askOnce(
  user: User,
  { path, reset }: { readonly path: string; readonly reset: boolean },
): Promise<string> {
  const { status, deployment, text } = await user.get(path, { reset });
  if (status >= 500 || deployment === null)
    throw new Error(`${status} by ${deployment ?? 'the edge'}: ${text}`);
  return deployment;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
