import { timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { z } from 'zod';

import type { EdgeRef } from '../../core/switching/edge.ts';
import { DeployerError } from '../../errors.ts';
import { orDiskFull } from '../../lib/disk-full.ts';
import { createServer } from '../../lib/node-http.ts';
import { EdgeRoutesSchema, EdgeSettingsSchema } from '../schema.ts';
import { metricsText } from './metrics-text.ts';
import type { Primary } from './primary.ts';

/** A route table with thousands of replicas is far smaller. */
const mostBytes = 1024 * 1024;

export interface AdminOptions {
  readonly socket: string;
  readonly token: string;
  readonly edge: EdgeRef;
  readonly primary: Primary;
  /** Called when port or certificate may have changed, before the change is answered. */
  readonly announce: () => Promise<void>;
}

/**
 * The socket on which the control plane talks to an edge. Every request carries the token of the edge as a bearer
 * token; every body is checked before it is acted upon.
 *
 * `PUT /routes` takes `EdgeRoutes`, `PUT /settings` takes `EdgeSettings`; `GET /observation` gives `EdgeObservation`,
 * `GET /metrics` the same for Prometheus. A refusal is `{ code, message, hint, detail }` with the status of the error.
 */
export async function serveAdmin(options: AdminOptions): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    void answer(request, options).then(
      (body) => send(response, 200, body),
      (error: unknown) => sendError(response, error),
    );
  });
  // What an edge that was killed left behind; the caller holds the claim on this edge.
  await rm(options.socket, { force: true });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.socket, resolve);
    });
  } finally {
    process.umask(umask);
  }
  return server;
}

async function answer(request: IncomingMessage, options: AdminOptions): Promise<unknown> {
  const { primary } = options;
  if (!isAllowed(request, options.token)) throw refusal('The token of the edge is missing or wrong.');
  switch (`${request.method} ${request.url}`) {
    case 'PUT /routes':
      await primary.put(await bodyOf(request, EdgeRoutesSchema));
      return {};
    case 'PUT /settings':
      await primary.configure(await bodyOf(request, EdgeSettingsSchema));
      await options.announce();
      return {};
    case 'GET /observation':
      return primary.observe();
    case 'GET /metrics':
      return metricsText(options.edge, await primary.observe());
    default:
      throw refusal(`The edge has no ${request.method} ${request.url}.`);
  }
}

function isAllowed(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const body = schema.safeParse(JSON.parse(await textOf(request)));
  if (body.success) return body.data;
  throw new DeployerError('route_invalid', {
    message: `The edge refused ${request.url}: it does not match the schema.`,
    hint: 'Restart the server with `deployer stop` and `deployer status`, so that both are of one version.',
    detail: body.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`),
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw refusal('The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function refusal(message: string): DeployerError {
  return new DeployerError('edge_failed', {
    message,
    hint: 'Look at the state of the edge with `deployer doctor`.',
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/plain; version=0.0.4' : 'application/json' });
  response.end(isText ? body : JSON.stringify(body));
}

function sendError(response: ServerResponse, failure: unknown): void {
  const error = orDiskFull(failure, 'the edge wrote down what it was told');
  const shown = error instanceof DeployerError ? error : refusal(String(error));
  const { code, message, hint, path, detail, status } = shown;
  send(response, status, { code, message, hint, path, detail });
}
