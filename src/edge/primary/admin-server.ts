import { timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { DeployerError } from '../../errors.ts';
import { EdgeRoutesSchema } from '../schema.ts';
import type { Primary } from './primary.ts';

/** A route table with thousands of replicas is far smaller. */
const mostBytes = 1024 * 1024;

export interface AdminOptions {
  readonly socket: string;
  readonly token: string;
  readonly primary: Primary;
}

/**
 * The socket on which the control plane talks to an edge. Every request carries the token of the edge as a bearer
 * token; every body is checked before it is acted upon.
 *
 * `PUT /routes` takes `EdgeRoutes`; `GET /observation` gives `EdgeObservation`. A refusal is
 * `{ code, message, hint }` with the status of the error.
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

async function answer(request: IncomingMessage, { token, primary }: AdminOptions): Promise<unknown> {
  if (!isAllowed(request, token)) throw refusal('The token of the edge is missing or wrong.');
  switch (`${request.method} ${request.url}`) {
    case 'PUT /routes': {
      const routes = EdgeRoutesSchema.safeParse(JSON.parse(await bodyOf(request)));
      if (!routes.success) throw invalidRoutes(routes.error.issues);
      await primary.put(routes.data);
      return {};
    }
    case 'GET /observation':
      return primary.observe();
    default:
      throw refusal(`The edge has no ${request.method} ${request.url}.`);
  }
}

function isAllowed(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw refusal('The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function invalidRoutes(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): DeployerError {
  return new DeployerError('route_invalid', {
    message: 'The edge refused a route table that does not match its schema.',
    hint: 'Restart the server with `deployer stop` and `deployer status`, so that both are of one version.',
    detail: issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`),
  });
}

function refusal(message: string): DeployerError {
  return new DeployerError('edge_failed', {
    message,
    hint: 'Look at the state of the edge with `deployer doctor`.',
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

function sendError(response: ServerResponse, error: unknown): void {
  const shown = error instanceof DeployerError ? error : refusal(String(error));
  const { code, message, hint, detail, status } = shown;
  send(response, status, { code, message, hint, detail });
}
