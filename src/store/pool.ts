import { Client, type ClientConfig, Pool } from 'pg';

import { isDatabaseFull } from './connection-lost.ts';

/** What a Unix socket reports while the server behind it restarts; DBOS retries only on ECONNRESET and ECONNREFUSED. */
const connectionLost = new Set(['ENOENT', 'EPIPE', 'ENOTCONN']);

export interface PoolOptions {
  readonly connectionString: string;
  readonly max: number;
  /** A statement without an answer for so long is given up, with its connection. @default 60 000 */
  readonly answerMs?: number;
  /** Called for every statement that the database had no room for. @default nothing */
  readonly onFull?: () => void;
}

/** No statement of ours or the engine's takes seconds; who listens for notifications has had the answer to that. */
const defaultAnswerMs = 60_000;
/** How `pg` says that a statement was given up. It keeps the connection, which would never be of use again. */
const gaveUp = 'Query read timeout';

/**
 * A pool that survives a restart of the database, and one that hangs. Errors of a lost connection are given the code
 * that the engine retries on, and errors of idle connections, which have no caller, do not end the process.
 */
export function createPool({
  connectionString,
  max,
  answerMs = defaultAnswerMs,
  onFull = () => undefined,
}: PoolOptions): Pool {
  const pool = new Pool({
    connectionString,
    max,
    Client: clientTelling(onFull),
    connectionTimeoutMillis: 10_000,
    // A client's timeout and not the server's: one that hangs keeps none.
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  pool.on('error', ignoreIdleError);
  const connect = pool.connect.bind(pool) as AnyFunction;
  Object.assign(pool, {
    connect: (callback?: AnyFunction): unknown =>
      callback === undefined
        ? (connect() as Promise<unknown>).catch(rethrowAsReset)
        : connect((error: unknown, client: unknown, done: unknown) => callback(asReset(error), client, done)),
  });
  return pool;
}

/** A client of a pool: the pool makes them, and passes on nothing else. */
function clientTelling(onFull: () => void): typeof Client {
  return class extends ReconnectingClient {
    override onFull = onFull;
  };
}

class ReconnectingClient extends Client {
  protected onFull: () => void = () => undefined;

  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', ignoreIdleError);
  }

  override query(...args: readonly unknown[]): never {
    const last = args.at(-1);
    const passed =
      typeof last === 'function'
        ? [
            ...args.slice(0, -1),
            (error: unknown, result: unknown): unknown => (last as AnyFunction)(this.#told(error), result),
          ]
        : args;
    const answer = (super.query as AnyFunction)(...passed);
    // `never` satisfies every overload of pg's; the value is what pg returned: a promise, a submittable, or nothing.
    return (
      answer instanceof Promise ? answer.catch((error: unknown) => this.#rethrow(error)) : answer
    ) as never;
  }

  #told(error: unknown): unknown {
    if (isDatabaseFull(error)) this.onFull();
    if (!(error instanceof Error) || error.message !== gaveUp) return asReset(error);
    // Cuts the connection, as a statement is on its way; resolves, and never rejects, when that is done.
    void this.end();
    return Object.assign(error, { code: 'ECONNRESET' });
  }

  #rethrow(error: unknown): never {
    throw this.#told(error);
  }
}

type AnyFunction = (...args: readonly unknown[]) => unknown;

function asReset(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && connectionLost.has(String(error.code)))
    error.code = 'ECONNRESET';
  return error;
}

function rethrowAsReset(error: unknown): never {
  throw asReset(error);
}

function ignoreIdleError(): void {
  // The pool replaces the connection; whoever waits on it gets the error from its own call.
}
