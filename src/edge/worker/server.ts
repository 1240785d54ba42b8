import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';

import type { WorkerConfiguration } from '../worker-messages.ts';
import { refuseBrokenRequest } from './broken-request.ts';
import { Exchange, type ExchangeFacts } from './exchange.ts';
import { valuesOf } from './headers.ts';
import { endWithProblem, problem, type Problem, sendProblem } from './problem.ts';
import { allowedMethods, isProblem, requestTarget } from './request-target.ts';
import { isUpgrade, passUpgrade } from './upgrade.ts';
import { bodyTooLarge } from './upstream-problem.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * The HTTPS server of a worker. It listens nowhere: the primary process accepts connections and hands them over, so
 * that they wait there while a worker is replaced.
 */
export function createEdgeServer(configuration: WorkerConfiguration, context: WorkerContext): Server {
  const { limits, certificate, ticketKeys } = configuration;
  const server = createServer({
    ...certificate,
    ticketKeys: Buffer.from(ticketKeys, 'base64'),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: limits.headersMs,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1000, limits.headersMs / 2),
    // Checked together with the rest of the head, for an answer that says what is wrong.
    requireHostHeader: false,
    insecureHTTPParser: false,
    shouldUpgradeCallback: isUpgrade,
  });
  // Node drops fields beyond a count without a word; here the size of the head is the limit.
  server.maxHeadersCount = 0;
  server.timeout = limits.silenceMs;
  server.on('request', (request, response) => answer(request, response, false));
  server.on('checkContinue', (request, response) => answer(request, response, true));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const facts = exchangeFacts(request, false, context);
    if ('status' in facts) endWithProblem(socket, facts, null);
    else passUpgrade(request, socket, head, { facts, context });
  });
  server.on('connect', (_request, socket) => {
    endWithProblem(
      socket,
      problem(405, 'method_refused', 'This edge opens no tunnels.', { allow: allowedMethods }),
      null,
    );
  });
  server.on('clientError', refuseBrokenRequest);
  return server;

  function answer(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const facts = exchangeFacts(request, expectsContinue, context);
    if (!('status' in facts)) new Exchange(request, response, facts, context).start();
    else refuse(request, response, facts);
  }
}

/** Everything that is decided about a request before it goes anywhere. */
function exchangeFacts(
  request: IncomingMessage,
  expectsContinue: boolean,
  context: WorkerContext,
): ExchangeFacts | Problem {
  const { method = 'GET', url = '/', httpVersion, rawHeaders, socket } = request;
  const port = socket.localPort ?? 0;
  const target = requestTarget({ method, url, httpVersion, rawHeaders, fallbackHost: `127.0.0.1:${port}` });
  if (isProblem(target)) return target;
  if (target.path === '*') return problem(204, 'options', '', { allow: allowedMethods });
  if (Number(request.headers['content-length'] ?? 0) > context.limits.bodyBytes) return bodyTooLarge();
  const route = context.router.route(port);
  if (route === null) return offTheAir(context.router.isPreview(port));
  const client = socket.remoteAddress ?? '';
  const isSynthetic = isProbe(rawHeaders, context.probeToken);
  return { ...target, client, route, isSynthetic, expectsContinue };
}

function offTheAir(isPreview: boolean): Problem {
  return isPreview
    ? problem(503, 'preview_gone', 'The deployment of this preview is retired.', { connection: 'close' })
    : problem(503, 'no_deployment', 'No deployment is live in this environment.', { 'retry-after': '5' });
}

function isProbe(rawHeaders: readonly string[], token: Buffer): boolean {
  const [given] = valuesOf(rawHeaders, 'x-deployer-probe');
  if (given === undefined) return false;
  const bytes = Buffer.from(given);
  return bytes.length === token.length && timingSafeEqual(bytes, token);
}

/** Answers what goes nowhere. A body that is on its way is read and dropped, so that the client sees the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, refusal: Problem): void {
  sendProblem(response, refusal, null);
  if (!request.complete) request.resume();
}
