import type { IncomingHttpHeaders } from 'node:http';

import { STATUS_CODES } from '../../lib/node-http.ts';
import { namedByConnection } from './connection-options.ts';

/** Fields about one connection and not about the message: RFC 9110, section 7.6.1, and what older software sends. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

export interface AnswerFraming {
  /** HTTP version of the client. */
  readonly httpVersion: string;
  readonly method: string;
  readonly status: number;
}

/** The fields to send to a client, name and value in turn, with the mark of the deployment that answered. */
export function responseFields(
  headers: IncomingHttpHeaders,
  deployment: string,
  framing: AnswerFraming,
): string[] {
  const hasTrailers = mayHaveTrailers(headers, framing);
  const named = namedByConnection(headers.connection);
  const fields: string[] = [];
  for (const name in headers) {
    if (hopByHop.has(name) || named?.has(name) || name.startsWith('x-deployer-')) continue;
    if (name === 'trailer' && !hasTrailers) continue;
    const value = headers[name];
    if (typeof value === 'string') fields.push(name, value);
    else for (const one of value ?? []) fields.push(name, one);
  }
  fields.push('x-deployer-deployment', deployment);
  return fields;
}

/** The words after a status: the deployment's own, or the usual ones where Node would refuse to write those. */
export function reasonPhrase(status: number, given: string | undefined): string {
  // Words that are not UTF-8 arrive here with U+FFFD in them. They mean nothing (RFC 9112, section 4).
  const isWritable = given !== undefined && /^[\t\x20-\x7e\x80-\xff]*$/.test(given);
  return isWritable ? given : (STATUS_CODES[status] ?? '');
}

/**
 * Whether an answer goes out in chunks, which alone have a place for trailers (RFC 9112, section 7.1.2). `Trailer` only
 * announces them (RFC 9110, section 6.6.2), and Node refuses to send it with an answer that cannot have any.
 */
function mayHaveTrailers(
  headers: IncomingHttpHeaders,
  { httpVersion, method, status }: AnswerFraming,
): boolean {
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  return httpVersion === '1.1' && hasBody && headers['content-length'] === undefined;
}

/** Longer bodies gain nothing by being written together with their head. */
const mostShortBytes = 16 * 1024;

/** The length of a body that is short enough to be written together with its head; null for others. */
export function shortBodyLength({ 'content-length': length }: IncomingHttpHeaders): number | null {
  const bytes = Number(length);
  return bytes > 0 && bytes <= mostShortBytes ? bytes : null;
}

/** Trailer fields that go on: not those that would change how the message is read (RFC 9110, section 6.5.1). */
export function trailerFields(trailers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(trailers)
    .filter(
      ([name]) => !hopByHop.has(name) && !/^(?:content-|host$|set-cookie$|trailer$|x-deployer-)/.test(name),
    )
    .map(([name, value]) => [name, String(value)]);
}
