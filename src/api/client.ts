import { Pool } from 'undici';

import { DeployerError } from '../errors.ts';
import { errorEnvelope, fromEnvelope } from './error-envelope.ts';
import { actorHeader, type Calls, type RouteName, routes } from './routes.ts';

/** What a call needs beside its name: the parts that its row in `Calls` lists. */
export type Input<Name extends RouteName> = Omit<Calls[Name], 'output'>;
export type Output<Name extends RouteName> = Calls[Name]['output'];

export interface ApiClient {
  /** One answer. `timeoutMs` bounds the whole call. @default 30 000, or what the route says */
  call<Name extends RouteName>(name: Name, input: Input<Name>, options?: CallOptions): Promise<Output<Name>>;
  /** Lines of a streamed answer, until it ends or `signal` aborts. */
  stream<Name extends RouteName>(
    name: Name,
    input: Input<Name>,
    signal: AbortSignal,
  ): AsyncIterable<Output<Name>>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface ApiAddress {
  /** Unix socket of a local server. */
  readonly socketPath: string;
  readonly actor: string | null;
}

export function apiClient(address: ApiAddress): ApiClient {
  const client = new Pool('http://localhost', {
    socketPath: address.socketPath,
    // A stream holds its connection for as long as it lasts.
    connections: 16,
    // A stream may be silent for as long as a gate waits; single calls carry their own deadline.
    bodyTimeout: 0,
    headersTimeout: 0,
  });

  async function request(name: RouteName, input: AnyInput, signal: AbortSignal) {
    const { method } = routes[name];
    try {
      return await client.request({
        method,
        path: pathOf(name, input),
        headers: {
          ...(address.actor === null ? {} : { [actorHeader]: encodeURIComponent(address.actor) }),
          ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
        },
        ...(method === 'POST' ? { body: JSON.stringify(input.body ?? {}) } : {}),
        signal,
      });
    } catch (error) {
      if (signal.aborted && signal.reason instanceof DeployerError) throw signal.reason;
      signal.throwIfAborted();
      throw new DeployerError('server_unreachable', {
        message: 'The server does not answer on its socket.',
        hint: 'deployer doctor',
        cause: error,
      });
    }
  }

  return {
    async call(name, input, options = {}) {
      const deadline = deadlineSignal(name, options.timeoutMs ?? usualTimeoutMs(name));
      const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
      const { statusCode, body } = await request(name, input, signal);
      const text = await body.text();
      if (statusCode >= 400) throw refusalOf(statusCode, text);
      const answer: unknown = JSON.parse(text);
      // The server is checked to be of this version before the first call, so its answers have the shape of `Calls`.
      return answer as Output<typeof name>;
    },
    async *stream(name, input, signal) {
      const { statusCode, body } = await request(name, input, signal);
      if (statusCode >= 400) throw refusalOf(statusCode, await body.text());
      for await (const line of linesOf(body)) yield JSON.parse(line) as Output<typeof name>;
    },
    close: () => client.destroy(),
  };
}

/** The error that the server sent, or that it sent something else: then it is not a server of ours, or a broken one. */
function refusalOf(status: number, text: string): DeployerError {
  try {
    return fromEnvelope(errorEnvelope.parse(JSON.parse(text)));
  } catch (error) {
    return new DeployerError('server_unreachable', {
      message: `The server answered with status ${status} and no explanation.`,
      hint: 'deployer doctor',
      cause: error,
    });
  }
}

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

function pathOf(name: RouteName, { params = {}, query = {} }: AnyInput): string {
  const path = routes[name].path.replace(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(params[key] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, value);
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

function usualTimeoutMs(name: RouteName): number {
  const route = routes[name];
  return 'withinMs' in route ? route.withinMs : 30_000;
}

function deadlineSignal(name: RouteName, timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(
      new DeployerError('deadline_passed', {
        message: `The server did not answer "${name}" within ${timeoutMs / 1000} s.`,
        hint: 'deployer doctor',
      }),
    );
  }, timeoutMs);
  timer.unref();
  return controller.signal;
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  if (rest !== '') yield rest;
}
