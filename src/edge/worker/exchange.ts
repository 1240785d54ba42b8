import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';

import { accessLine } from './access-line.ts';
import type { AdmittedRequest } from './admitted-request.ts';
import type { Backend } from './backend.ts';
import { type Problem, refuse } from './problem.ts';
import { requestBody } from './request-body.ts';
import { forwardedFields } from './request-head.ts';
import { reasonPhrase, responseFields, trailerFields, shortBodyLength } from './response-head.ts';
import { isDeploymentsError, noReplica, upstreamProblem } from './upstream-problem.ts';
import type { WorkerContext } from './worker-context.ts';

export interface ExchangeOptions {
  readonly admitted: AdmittedRequest;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
  readonly context: WorkerContext;
}

/** Methods that may be sent twice without harm (RFC 9110, section 9.2.2). */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * One request on its way to a deployment, and the answer on its way back. Both bodies pass as they arrive; either side
 * going away ends the other. It stays with the deployment where it began, whatever the route table says meanwhile.
 *
 * A request that did not reach its replica is sent to another one, once: when the connection failed before anything
 * was sent, or when it broke before an answer and the request may be repeated.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: ExchangeOptions;
  readonly #startedAt = performance.now();
  #backend: Backend | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #wasSent = false;
  #wasRetried = false;
  #isOver = false;
  /** Time to the first byte, for answers that are streams. */
  #streamMs: number | null = null;
  #bytes = 0;
  /** Length of a body that is short enough to be sent with its head; null: it is not. */
  #shortLength: number | null = null;
  /** That body, when it came in one piece. Node writes latin1 text together with the head; bytes are copied twice. */
  #shortBody: string | null = null;
  #error: string | null = null;

  constructor(request: IncomingMessage, response: ServerResponse, options: ExchangeOptions) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
  }

  start(): void {
    this.#options.admitted.route.counter.active += 1;
    this.#response.once('close', () => this.#end());
    this.#send(null);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#wasSent = true;
    if (this.#isOver) controller.abort(new Error('the client has gone'));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    const { admitted, context } = this.#options;
    if (status < 200) {
      if (this.#request.httpVersion === '1.1') this.#response.writeInformation(status, headers);
      return;
    }
    const isStream = headers['content-type']?.startsWith('text/event-stream') ?? false;
    if (isStream) this.#streamMs = performance.now() - this.#startedAt;
    if (context.isDraining()) this.#response.shouldKeepAlive = false;
    const { httpVersion, method = 'GET' } = this.#request;
    const fields = responseFields(headers, admitted.route.deployment.id, { httpVersion, method, status });
    this.#shortLength = shortBodyLength(headers);
    this.#response.writeHead(status, reasonPhrase(status, statusMessage), fields);
    // A short answer is complete by then and goes out in one piece; a slow one must not hold its headers back.
    queueMicrotask(() => {
      if (this.#bytes === 0 && !this.#response.writableEnded) this.#response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (chunk.length === this.#shortLength) {
      this.#shortBody = chunk.toString('latin1');
      return;
    }
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(_: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#release();
    if (this.#shortBody !== null) {
      this.#response.end(this.#shortBody, 'latin1');
      return;
    }
    this.#response.addTrailers(trailerFields(trailers));
    this.#response.end();
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const wasSent = this.#wasSent;
    const backend = this.#release();
    if (this.#isOver) return;
    if (this.#response.headersSent) {
      this.#error = 'answer_cut';
      // The only way to tell a client that half an answer is not a whole one.
      this.#response.destroy();
      return;
    }
    if (!wasSent) backend?.markDown();
    if (this.#mayBeSentAgain(error)) {
      this.#wasRetried = true;
      this.#send(backend);
    } else this.#fail(upstreamProblem(error));
  }

  #send(failed: Backend | null): void {
    const { admitted } = this.#options;
    const backend = admitted.route.deployment.pick(failed);
    if (backend === null) {
      this.#fail(noReplica());
      return;
    }
    backend.outstanding += 1;
    this.#backend = backend;
    this.#wasSent = false;
    const { method = 'GET' } = this.#request;
    const headers = forwardedFields(admitted.head, admitted);
    const body = admitted.hasBody ? this.#body() : null;
    backend.pool.dispatch({ path: admitted.path, method, headers, body }, this);
  }

  #body(): ReturnType<typeof requestBody> {
    return requestBody(this.#request, this.#options.context.limits.bodyBytes, () => {
      if (this.#options.expectsContinue) this.#response.writeContinue();
    });
  }

  #mayBeSentAgain(error: Error): boolean {
    if (this.#wasRetried) return false;
    if (!this.#wasSent) return true;
    const code = 'code' in error ? error.code : null;
    const isBrokenConnection = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
    const { hasBody } = this.#options.admitted;
    return isBrokenConnection && !hasBody && idempotent.has(this.#request.method ?? '');
  }

  #fail(failure: Problem): void {
    this.#error = failure.code;
    const deployment = this.#options.admitted.route.deployment.id;
    refuse(this.#request, this.#response, { problem: failure, deployment });
  }

  #release(): Backend | null {
    const backend = this.#backend;
    this.#backend = null;
    this.#controller = null;
    if (backend !== null) backend.outstanding -= 1;
    return backend;
  }

  /** The client has all of its answer, or has gone. */
  #end(): void {
    this.#isOver = true;
    const { admitted, context } = this.#options;
    const { route, isSynthetic } = admitted;
    const ms = performance.now() - this.#startedAt;
    const status = this.#response.headersSent ? this.#response.statusCode : null;
    if (!this.#response.writableFinished) this.#error ??= context.isDraining() ? 'edge_ended' : 'client_gone';
    this.#controller?.abort(new Error('the client has gone'));
    route.counter.active -= 1;
    route.counter.count(this.#streamMs ?? ms, isDeploymentsError(this.#error, status, ms), isSynthetic);
    const end = { status, ms, bytes: this.#bytes, error: this.#error };
    context.log.write(accessLine(this.#request, admitted, end));
  }
}
