import { type ClientRequest, type IncomingMessage, request as sendRequest, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Backend } from './backend.ts';
import type { ExchangeFacts } from './exchange.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { endWithProblem } from './problem.ts';
import { hasBody } from './request-body.ts';
import { upstreamProblem } from './upstream-problem.ts';
import type { WorkerContext } from './worker-context.ts';

/** Time after which an idle connection is checked to have somebody at its other end. */
const keepAliveProbeMs = 60_000;

/**
 * Whether a request asks to change the protocol in a way that can be passed on. The others are answered as if they had
 * not asked, which RFC 9110 (section 7.8) leaves to the server: HTTP/2 in clear text, and requests with a body.
 */
export function isUpgrade(request: IncomingMessage): boolean {
  return request.method === 'GET' && !hasBody(request) && request.headers.upgrade?.toLowerCase() !== 'h2c';
}

export interface UpgradeOptions {
  readonly facts: ExchangeFacts;
  readonly context: WorkerContext;
}

/** Passes a request for another protocol (WebSocket) on, and then the bytes of both sides until either ends. */
export function passUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  options: UpgradeOptions,
): void {
  const { facts, context } = options;
  const { counter, deployment } = facts.route;
  const startedAt = performance.now();
  let latencyMs: number | null = null;
  let status: number | null = null;
  let error: string | null = null;
  let upstream: ClientRequest | null = null;
  counter.active += 1;
  client.on('error', () => client.destroy());
  client.once('close', () => {
    upstream?.destroy();
    counter.active -= 1;
    counter.count(latencyMs, error !== null || (status ?? 0) >= 500, facts.isSynthetic);
    context.log.write({
      at: new Date(Date.now() - (performance.now() - startedAt)).toISOString(),
      client: facts.client,
      method: request.method ?? '',
      path: facts.path.split('?', 1)[0] ?? '',
      status,
      ms: Math.round(performance.now() - startedAt),
      bytes: 0,
      deployment: deployment.id,
      preview: counter === deployment.preview,
      synthetic: facts.isSynthetic,
      error,
    });
  });
  send(null);

  function send(failed: Backend | null): void {
    const backend = deployment.pick(failed);
    if (backend === null) return fail(new Error('no replica'));
    backend.outstanding += 1;
    let isConnected = false;
    upstream = sendRequest({
      host: backend.hostname,
      port: backend.port,
      path: facts.path,
      headers: [
        ...requestHeaders(request.rawHeaders, facts),
        'connection',
        'upgrade',
        'upgrade',
        request.headers.upgrade ?? '',
      ],
      agent: false,
      setHost: false,
      timeout: context.limits.answerMs,
    });
    upstream.once('close', () => (backend.outstanding -= 1));
    upstream.once('socket', (socket) => socket.once('connect', () => (isConnected = true)));
    upstream.once('timeout', () =>
      upstream?.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
    );
    upstream.once('error', (failure) => {
      if (client.destroyed) return;
      if (!isConnected) backend.markDown();
      if (!isConnected && failed === null) send(backend);
      else if (status === null) fail(failure);
    });
    upstream.once('response', (response) => {
      begin(response);
      response.pipe(client);
      response.once('error', () => client.destroy());
    });
    upstream.once('upgrade', (response, socket, upstreamHead) => {
      begin(response);
      join(socket, upstreamHead);
    });
    upstream.end();
  }

  function fail(failure: Error): void {
    const failed = upstreamProblem(failure);
    error = failed.code;
    status = failed.status;
    endWithProblem(client, failed, deployment.id);
  }

  function begin(response: IncomingMessage): void {
    latencyMs = performance.now() - startedAt;
    status = response.statusCode ?? 502;
    const fields = responseHeaders(response.headers, deployment.id);
    // Without an upgrade the answer ends with the connection, whatever its framing was.
    if (status === 101) fields.push('connection', 'upgrade', 'upgrade', response.headers.upgrade ?? '');
    else fields.push('connection', 'close');
    let text = `HTTP/1.1 ${status} ${response.statusMessage ?? STATUS_CODES[status] ?? ''}\r\n`;
    for (let index = 0; index < fields.length; index += 2)
      text += `${fields[index]}: ${fields[index + 1]}\r\n`;
    client.write(`${text}\r\n`, 'latin1');
  }

  function join(upstreamSocket: Socket, upstreamHead: Buffer): void {
    upstreamSocket.setTimeout(0);
    (client as Socket).setTimeout(0);
    upstreamSocket.setKeepAlive(true, keepAliveProbeMs);
    if (upstreamHead.length > 0) client.write(upstreamHead);
    if (head.length > 0) upstreamSocket.write(head);
    upstreamSocket.on('error', () => client.destroy());
    // What one side has sent before it closed still reaches the other.
    upstreamSocket.once('close', () => (client as Socket).destroySoon());
    client.once('close', () => upstreamSocket.destroySoon());
    upstreamSocket.pipe(client);
    client.pipe(upstreamSocket);
  }
}
