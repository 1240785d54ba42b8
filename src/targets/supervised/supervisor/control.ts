import { timingSafeEqual } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { z } from 'zod';
import { messageOf } from '../../../lib/message-of.ts';
import { createServer } from '../../../lib/node-http.ts';

const longestBody = 4096;

/** What the supervisor can be asked over its socket. */
export interface ControlActions {
  readonly observation: () => unknown;
  readonly metrics: () => Promise<string>;
  readonly figures: () => Promise<unknown>;
  /** Resolves when it is remembered, and workers that are not wanted are gone. */
  readonly setWorkers: (active: boolean) => Promise<void>;
  /** Resolves when nothing of the deployment runs any more. */
  readonly stop: () => Promise<void>;
  /** Called when the answer to `stop` has been sent, or nobody waits for it any more. */
  readonly stopped: () => void;
}

export interface ControlOptions {
  readonly socket: string;
  readonly token: string;
  readonly actions: ControlActions;
}

const WorkersRequest = z.strictObject({ active: z.boolean() });

class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The supervisor's socket: HTTP, so that `GET /metrics` can be scraped. Every request carries
 * `authorization: Bearer <token>`. `GET /observation`, `PUT /workers {active}`, `POST /stop`, `GET /metrics`,
 * `GET /figures`.
 */
export async function listenForControl(options: ControlOptions): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => refuse(response, error));
  });
  // Only the holder of the deployment's claim gets here, so what is at this path was left by a dead one.
  await rm(options.socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.socket, resolve);
  });
  await chmod(options.socket, 0o600);
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ControlOptions,
): Promise<void> {
  if (!presents(options.token, request)) throw new RefusedError(401, 'the token is missing or wrong');
  const { actions } = options;
  switch (`${request.method} ${request.url}`) {
    case 'GET /observation':
      return sendJson(response, actions.observation());
    case 'GET /figures':
      return sendJson(response, await actions.figures());
    case 'GET /metrics':
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
      response.end(await actions.metrics());
      return;
    case 'PUT /workers': {
      const { active } = parse(WorkersRequest, await bodyOf(request));
      await actions.setWorkers(active);
      return sendJson(response, actions.observation());
    }
    case 'POST /stop':
      await actions.stop();
      // Whoever asked may have left during the drain: then `close` has been, and does not come again.
      if (response.closed) return actions.stopped();
      response.on('close', actions.stopped);
      return sendJson(response, actions.observation());
    default:
      throw new RefusedError(404, `there is no ${request.method} ${request.url}`);
  }
}

function presents(token: string, request: IncomingMessage): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const presented = Buffer.from(request.headers.authorization ?? '');
  return expected.length === presented.length && timingSafeEqual(expected, presented);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > longestBody) throw new RefusedError(413, `a request has at most ${longestBody} bytes`);
    parts.push(part as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    throw new RefusedError(400, 'the request is not JSON');
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new RefusedError(400, z.prettifyError(result.error));
  return result.data;
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function refuse(response: ServerResponse, error: unknown): void {
  const message = messageOf(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = error instanceof RefusedError ? error.status : 500;
  sendJson(response, { error: message });
}
