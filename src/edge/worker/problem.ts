import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { STATUS_CODES } from '../../lib/node-http.ts';

/** How long a connection stays open for a client that still sends what was refused, so that it sees the answer. */
const lingerMs = 2_000;

/** An answer of the edge itself, sent as a problem document (RFC 9457). */
export interface Problem {
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  /** One sentence, for people. */
  readonly detail: string;
  /** Further header fields, e.g. `allow`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly problem: Problem;
  /** The deployment that was asked and failed; null when none was. */
  readonly deployment: string | null;
}

export function problem(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return { status, code, detail, headers };
}

/**
 * Answers a request with a problem. When its body is still on its way, the connection ends with the answer, but not at
 * once: closing it with unread bytes would make the system reset it, and the client might never see the answer.
 */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const body = bodyOf(refusal.problem);
  const fields = fieldsOf(refusal, body);
  // The answer of a deployment may have been given up after its own words were set.
  response.statusMessage = STATUS_CODES[refusal.problem.status] ?? '';
  if (!isBodyPending(request)) {
    response.writeHead(refusal.problem.status, fields).end(body);
    return;
  }
  response.writeHead(refusal.problem.status, { ...fields, connection: 'close' });
  response.write(body);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs).unref();
  request.once('end', end).once('close', end).resume();
}

/** Answers with a problem on a bare socket, where there is no request to answer, and ends the connection. */
export function endWithProblem(socket: Duplex, sent: Problem, deployment: string | null): void {
  const body = bodyOf(sent);
  const fields = Object.entries({ ...fieldsOf({ problem: sent, deployment }, body), connection: 'close' });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const statusLine = `HTTP/1.1 ${sent.status} ${STATUS_CODES[sent.status] ?? ''}\r\n`;
  socket.end(`${statusLine}${head}\r\n${body}`, () => socket.destroy());
}

function isBodyPending({ complete, headers }: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
  return !complete && (encoding !== undefined || length !== '0');
}

function bodyOf({ status, code, detail }: Problem): string {
  if (status === 204) return '';
  return `${JSON.stringify({ title: STATUS_CODES[status] ?? '', status, code, detail })}\n`;
}

function fieldsOf({ problem, deployment }: Refusal, body: string): Record<string, string> {
  const content = { 'content-type': 'application/problem+json', 'content-length': String(body.length) };
  return {
    ...(body === '' ? {} : content),
    'cache-control': 'no-store',
    ...problem.headers,
    ...(deployment === null ? {} : { 'x-deployer-deployment': deployment }),
  };
}
