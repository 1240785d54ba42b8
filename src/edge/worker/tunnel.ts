import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { request as sendRequest, STATUS_CODES } from '../../lib/node-http.ts';
import { accessLine } from './access-line.ts';
import type { AdmittedRequest } from './admitted-request.ts';
import type { Backend } from './backend.ts';
import { endWithProblem, type Problem } from './problem.ts';
import { forwardedFields } from './request-head.ts';
import { responseFields } from './response-head.ts';
import { noReplica, upstreamProblem } from './upstream-problem.ts';
import type { WorkerContext } from './worker-context.ts';

/** Time after which an idle connection is checked to have somebody at its other end. */
const keepAliveProbeMs = 60_000;

export interface TunnelOptions {
  readonly admitted: AdmittedRequest;
  /** Bytes of the new protocol that came with the request. */
  readonly head: Buffer;
  readonly context: WorkerContext;
}

/**
 * Whether a request asks to change the protocol in a way that can be passed on. The others are answered as if they had
 * not asked, which RFC 9110 (section 7.8) leaves to the server: HTTP/2 in clear text, and requests with a body.
 */
export function isUpgrade(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding, upgrade } = request.headers;
  const hasBody = encoding !== undefined || (length !== undefined && length !== '0');
  return request.method === 'GET' && !hasBody && upgrade?.toLowerCase() !== 'h2c';
}

/**
 * A request for another protocol (WebSocket), and then the bytes of both sides until either ends. It stays with the
 * deployment where it began. A replica that refuses the connection is replaced by another, once.
 */
export class Tunnel {
  readonly #request: IncomingMessage;
  readonly #client: Socket;
  readonly #options: TunnelOptions;
  readonly #startedAt = performance.now();
  #backend: Backend | null = null;
  #upstream: ClientRequest | null = null;
  #firstByteMs: number | null = null;
  #status: number | null = null;
  #error: string | null = null;

  constructor(request: IncomingMessage, client: Duplex, options: TunnelOptions) {
    this.#request = request;
    // Node's type is the wider one for servers that inject other streams; this one injects sockets.
    this.#client = client as Socket;
    this.#options = options;
  }

  start(): void {
    this.#options.admitted.route.counter.active += 1;
    this.#client.on('error', () => this.#client.destroy());
    this.#client.once('close', () => this.#end());
    this.#send(null);
  }

  #send(failed: Backend | null): void {
    const { admitted, context } = this.#options;
    const backend = admitted.route.deployment.pick(failed);
    if (backend === null) {
      this.#fail(noReplica());
      return;
    }
    this.#backend = backend;
    backend.outstanding += 1;
    let isConnected = false;
    const protocol = this.#request.headers.upgrade ?? '';
    const upstream = sendRequest({
      host: backend.hostname,
      port: backend.port,
      path: admitted.path,
      headers: [...forwardedFields(admitted.head, admitted), 'connection', 'upgrade', 'upgrade', protocol],
      agent: false,
      setHost: false,
      timeout: context.limits.answerMs,
    });
    this.#upstream = upstream;
    upstream.once('socket', (socket) => socket.once('connect', () => (isConnected = true)));
    upstream.once('timeout', () =>
      upstream.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
    );
    upstream.once('error', (error) => {
      if (this.#client.destroyed) return;
      this.#release();
      if (!isConnected) backend.markDown();
      if (!isConnected && failed === null) this.#send(backend);
      else if (this.#status === null) this.#fail(upstreamProblem(error));
    });
    upstream.once('response', (response) => this.#passAnswer(response));
    upstream.once('upgrade', (response, socket, head) => this.#join(response, socket, head));
    upstream.end();
  }

  /** The deployment stays with HTTP: its answer passes, and the connection ends with it, whatever its framing was. */
  #passAnswer(response: IncomingMessage): void {
    this.#begin(response, ['connection', 'close']);
    response.pipe(this.#client);
    response.once('error', () => this.#client.destroy());
  }

  #join(response: IncomingMessage, upstream: Socket, upstreamHead: Buffer): void {
    // From here on the sockets end each other; ending the request would cut what is still to be sent.
    this.#upstream = null;
    this.#begin(response, ['connection', 'upgrade', 'upgrade', response.headers.upgrade ?? '']);
    for (const socket of [upstream, this.#client]) {
      socket.setTimeout(0);
      socket.setKeepAlive(true, keepAliveProbeMs);
      socket.setNoDelay(true);
    }
    if (upstreamHead.length > 0) this.#client.write(upstreamHead);
    if (this.#options.head.length > 0) upstream.write(this.#options.head);
    upstream.on('error', () => this.#client.destroy());
    // What one side has sent before it closed still reaches the other.
    upstream.once('close', () => this.#client.destroySoon());
    this.#client.once('close', () => upstream.destroySoon());
    upstream.pipe(this.#client);
    this.#client.pipe(upstream);
  }

  #begin(response: IncomingMessage, connection: readonly string[]): void {
    const status = response.statusCode ?? 502;
    const { id } = this.#options.admitted.route.deployment;
    this.#firstByteMs = performance.now() - this.#startedAt;
    this.#status = status;
    // Either the connection ends the body, or there is none: no chunks, no trailers.
    const framing = { httpVersion: '1.0', method: 'GET', status };
    const fields = [...responseFields(response.headers, id, framing), ...connection];
    let head = `HTTP/1.1 ${status} ${response.statusMessage ?? STATUS_CODES[status] ?? ''}\r\n`;
    for (let index = 0; index < fields.length; index += 2)
      head += `${fields[index]}: ${fields[index + 1]}\r\n`;
    this.#client.write(`${head}\r\n`, 'latin1');
  }

  #fail(failure: Problem): void {
    this.#error = failure.code;
    this.#status = failure.status;
    endWithProblem(this.#client, failure, this.#options.admitted.route.deployment.id);
  }

  #release(): void {
    if (this.#backend !== null) this.#backend.outstanding -= 1;
    this.#backend = null;
  }

  #end(): void {
    const { admitted, context } = this.#options;
    const { route } = admitted;
    const ms = performance.now() - this.#startedAt;
    this.#upstream?.destroy();
    this.#release();
    route.counter.active -= 1;
    const isError = this.#error !== null || (this.#status ?? 0) >= 500;
    route.counter.count(this.#firstByteMs ?? ms, isError, admitted.isSynthetic);
    context.log.write(
      accessLine(this.#request, admitted, { status: this.#status, ms, bytes: 0, error: this.#error }),
    );
  }
}
