import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';

import type { WorkerConfiguration } from '../worker-messages.ts';
import { admit } from './admission.ts';
import { refuseBrokenRequest } from './broken-request.ts';
import { Exchange } from './exchange.ts';
import { endWithProblem, type Problem, problem, refuse } from './problem.ts';
import { noteRefusal } from './note-refusal.ts';
import { allowedMethods } from './request-target.ts';
import { isUpgrade, Tunnel } from './tunnel.ts';
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
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const detail = 'The only expectation that this edge meets is 100-continue.';
    const refusal = problem(417, 'expectation_unknown', detail, { connection: 'close' });
    refuseHere(request, response, refusal);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const admitted = admit(request, context);
    if ('status' in admitted) endHere(request, socket, admitted);
    else new Tunnel(request, socket, { admitted, head, context }).start();
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    const refusal = problem(405, 'method_refused', 'This edge opens no tunnels.', { allow: allowedMethods });
    endHere(request, socket, refusal);
  });
  server.on('clientError', (error: Error, socket: Duplex) => refuseBrokenRequest(error, socket, context));
  return server;

  function answer(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const admitted = admit(request, context);
    if ('status' in admitted) refuseHere(request, response, admitted);
    else new Exchange(request, response, { admitted, expectsContinue, context }).start();
  }

  function refuseHere(request: IncomingMessage, response: ServerResponse, refusal: Problem): void {
    noteRefusal(context, { socket: request.socket, request, problem: refusal });
    refuse(request, response, { problem: refusal, deployment: null });
  }

  function endHere(request: IncomingMessage, socket: Duplex, refusal: Problem): void {
    noteRefusal(context, { socket, request, problem: refusal });
    endWithProblem(socket, refusal, null);
  }
}
