import { readFile } from 'node:fs/promises';

import { Agent, buildConnector, type Dispatcher } from 'undici';

import { messageOf } from '../../lib/message-of.ts';
import { isNodeError } from '../../lib/node-error.ts';

export interface EdgeRequest {
  /** `https://127.0.0.1:<port>`, no slash at the end. */
  readonly origin: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with POST; null: GET. */
  readonly body?: Uint8Array | null;
  /** Time for the whole answer, to its last byte. */
  readonly timeoutMs: number;
}

/** How a request ended. Whose fault it is differs, so no two of these are ever counted together. */
export type EdgeAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly deployment: string | null }
  /** It was taken, and no whole answer came in time. */
  | { readonly kind: 'unanswered'; readonly problem: string }
  /** No connection: the edge (or this machine) is at fault, and nothing is known of the deployment. */
  | { readonly kind: 'unsent'; readonly problem: string };

export interface EdgeClient {
  /** Never throws. */
  send(request: EdgeRequest): Promise<EdgeAnswer>;
  /** Ends what is under way; it then counts as unanswered. */
  close(): Promise<void>;
}

export interface EdgeClientOptions {
  /** PEM file of Deployer's authority; null: the edge has a certificate of the user's own. */
  readonly caFile: string | null;
  /** Most connections to one origin; further requests wait for one, on their own time. */
  readonly connections: number;
}

const connectTimeoutMs = 5000;

/** A client for the edges of this machine. Names are not looked up, nothing is retried, redirects are not followed. */
export async function openEdgeClient({ caFile, connections }: EdgeClientOptions): Promise<EdgeClient> {
  // A user's own certificate is for the name that users type, never for 127.0.0.1, which is our own edge.
  const trust = caFile === null ? { rejectUnauthorized: false } : { ca: await readFile(caFile, 'utf8') };
  const agent = new Agent({
    connect: markingFailures(buildConnector({ ...trust, timeout: connectTimeoutMs, allowH2: false })),
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: (request) => send(request, agent),
    close: () => agent.destroy(),
  };
}

async function send(request: EdgeRequest, agent: Dispatcher): Promise<EdgeAnswer> {
  const body = request.body ?? null;
  try {
    const answer = await agent.request({
      origin: request.origin,
      path: request.path,
      method: body === null ? 'GET' : 'POST',
      headers: { ...request.headers },
      body,
      signal: AbortSignal.timeout(request.timeoutMs),
    });
    for await (const _ of answer.body) {
      // The answer counts when its last byte is there; what it says is the suites' business.
    }
    const deployment = answer.headers['x-deployer-deployment'];
    return {
      kind: 'answered',
      status: answer.statusCode,
      deployment: typeof deployment === 'string' ? deployment : null,
    };
  } catch (error) {
    return problemOf(error, request.timeoutMs);
  }
}

/** The connection never stood, so the request was not sent. */
class ConnectionFailed extends Error {}

function markingFailures(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error === null) callback(error, socket);
      else callback(new ConnectionFailed(codeOf(error), { cause: error }), null);
    });
  };
}

function problemOf(error: unknown, timeoutMs: number): EdgeAnswer {
  if (error instanceof ConnectionFailed) return { kind: 'unsent', problem: error.message };
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'unanswered', problem: `no answer within ${timeoutMs} ms` };
  }
  return { kind: 'unanswered', problem: codeOf(error) };
}

function codeOf(error: unknown): string {
  if (isNodeError(error)) return error.code;
  return messageOf(error);
}
