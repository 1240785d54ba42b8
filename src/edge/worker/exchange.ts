import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';

import type { Backend } from './backend.ts';
import { requestHeaders, responseHeaders, type RequestOrigin } from './headers.ts';
import { hasBody, requestBody } from './request-body.ts';
import { type Problem, problem, sendProblem } from './problem.ts';
import type { Route } from './router.ts';
import { upstreamProblem } from './upstream-problem.ts';
import type { WorkerContext } from './worker-context.ts';

export interface ExchangeFacts extends RequestOrigin {
  readonly path: string;
  readonly route: Route;
  readonly isSynthetic: boolean;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
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
  readonly #facts: ExchangeFacts;
  readonly #context: WorkerContext;
  readonly #startedAt = performance.now();
  readonly #hasBody: boolean;
  #backend: Backend | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #wasSent = false;
  #wasRetried = false;
  #isOver = false;
  #firstByteMs: number | null = null;
  #isStream = false;
  #bytes = 0;
  #error: string | null = null;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    facts: ExchangeFacts,
    context: WorkerContext,
  ) {
    this.#request = request;
    this.#response = response;
    this.#facts = facts;
    this.#context = context;
    this.#hasBody = hasBody(request);
  }

  start(): void {
    this.#facts.route.counter.active += 1;
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
    if (status < 200) {
      if (this.#request.httpVersion === '1.1') this.#response.writeInformation(status, headers);
      return;
    }
    this.#firstByteMs = performance.now() - this.#startedAt;
    this.#isStream = headers['content-type']?.startsWith('text/event-stream') ?? false;
    const fields = responseHeaders(headers, this.#facts.route.deployment.id);
    this.#response.writeHead(status, statusMessage ?? '', fields);
    // A short answer is complete by then and goes out in one piece; a slow one must not hold its headers back.
    queueMicrotask(() => {
      if (this.#bytes === 0 && !this.#response.writableEnded) this.#response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(_: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.#release();
    for (const name in trailers) this.#response.addTrailers([[name, String(trailers[name])]]);
    this.#response.end();
    // Answered before the request was complete: the rest is read and dropped, the connection stays of use.
    if (!this.#request.complete) this.#request.resume();
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const backend = this.#release();
    if (this.#isOver) return;
    if (this.#response.headersSent) {
      this.#error = 'answer_cut';
      // The only way to tell a client that half an answer is not a whole one.
      this.#response.destroy();
      return;
    }
    if (!this.#wasSent) backend?.markDown();
    if (this.#mayBeSentAgain(error)) {
      this.#wasRetried = true;
      this.#send(backend);
    } else this.#fail(upstreamProblem(error));
  }

  #send(failed: Backend | null): void {
    const { route, path } = this.#facts;
    const backend = route.deployment.pick(failed);
    if (backend === null) {
      this.#fail(
        problem(503, 'no_replica', 'No replica of the deployment is ready.', { 'retry-after': '1' }),
      );
      return;
    }
    backend.outstanding += 1;
    this.#backend = backend;
    this.#wasSent = false;
    const { method = 'GET', rawHeaders } = this.#request;
    const headers = requestHeaders(rawHeaders, this.#facts);
    const body = this.#hasBody ? this.#body() : null;
    backend.pool.dispatch({ path, method, headers, body }, this);
  }

  #body(): ReturnType<typeof requestBody> {
    return requestBody(this.#request, this.#context.limits.bodyBytes, () => {
      if (this.#facts.expectsContinue) this.#response.writeContinue();
    });
  }

  #mayBeSentAgain(error: Error): boolean {
    if (this.#wasRetried) return false;
    if (!this.#wasSent) return true;
    const isBrokenConnection =
      'code' in error && (error.code === 'UND_ERR_SOCKET' || error.code === 'ECONNRESET');
    return isBrokenConnection && !this.#hasBody && idempotent.has(this.#request.method ?? '');
  }

  #fail(failure: Problem): void {
    this.#error = failure.code;
    sendProblem(this.#response, failure, this.#facts.route.deployment.id);
    if (!this.#request.complete) this.#request.resume();
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
    const { route, isSynthetic } = this.#facts;
    const ms = performance.now() - this.#startedAt;
    const hasAnswer = this.#response.headersSent;
    if (this.#controller !== null) {
      this.#error ??= 'client_gone';
      this.#controller.abort(new Error('the client has gone'));
    }
    const isError =
      this.#error === 'client_gone' ? false : this.#error !== null || this.#response.statusCode >= 500;
    route.counter.active -= 1;
    route.counter.count(hasAnswer ? (this.#isStream ? this.#firstByteMs : ms) : null, isError, isSynthetic);
    this.#log(ms, hasAnswer);
  }

  #log(ms: number, hasAnswer: boolean): void {
    const { client, path, route, isSynthetic } = this.#facts;
    this.#context.log.write({
      at: new Date(Date.now() - ms).toISOString(),
      client,
      method: this.#request.method ?? '',
      path: path.split('?', 1)[0] ?? '',
      status: hasAnswer ? this.#response.statusCode : null,
      ms: Math.round(ms * 100) / 100,
      bytes: this.#bytes,
      deployment: route.deployment.id,
      preview: route.counter === route.deployment.preview,
      synthetic: isSynthetic,
      error: this.#error,
    });
  }
}
