import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';

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

export function problem(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return { status, code, detail, headers };
}

/** Answers a request with a problem; `deployment` when one was asked and failed. */
export function sendProblem(response: ServerResponse, sent: Problem, deployment: string | null): void {
  const body = bodyOf(sent);
  response.writeHead(sent.status, { ...headersOf(sent, body, deployment) });
  response.end(body);
}

/** Answers with a problem on a bare socket, where there is no request to answer, and ends the connection. */
export function endWithProblem(socket: Duplex, sent: Problem, deployment: string | null): void {
  const body = bodyOf(sent);
  const fields = Object.entries({ ...headersOf(sent, body, deployment), connection: 'close' });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const statusLine = `HTTP/1.1 ${sent.status} ${STATUS_CODES[sent.status] ?? ''}\r\n`;
  socket.end(`${statusLine}${head}\r\n${body}`, () => socket.destroy());
}

function bodyOf(sent: Problem): string {
  const title = STATUS_CODES[sent.status] ?? '';
  return `${JSON.stringify({ title, status: sent.status, code: sent.code, detail: sent.detail })}\n`;
}

function headersOf(sent: Problem, body: string, deployment: string | null): Record<string, string> {
  return {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    ...sent.headers,
    ...(deployment === null ? {} : { 'x-deployer-deployment': deployment }),
  };
}
