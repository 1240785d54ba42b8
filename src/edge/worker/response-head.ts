import type { IncomingHttpHeaders } from 'node:http';

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

/** The fields to send to a client, name and value in turn, with the mark of the deployment that answered. */
export function responseFields(headers: IncomingHttpHeaders, deployment: string): string[] {
  const named = namedByConnection(headers.connection);
  const fields: string[] = [];
  for (const name in headers) {
    if (hopByHop.has(name) || named?.has(name) || name.startsWith('x-deployer-')) continue;
    const value = headers[name];
    if (typeof value === 'string') fields.push(name, value);
    else for (const one of value ?? []) fields.push(name, one);
  }
  fields.push('x-deployer-deployment', deployment);
  return fields;
}

/** Trailer fields that go on: not those that would change how the message is read (RFC 9110, section 6.5.1). */
export function trailerFields(trailers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(trailers)
    .filter(
      ([name]) => !hopByHop.has(name) && !/^(?:content-|host$|set-cookie$|trailer$|x-deployer-)/.test(name),
    )
    .map(([name, value]) => [name, String(value)]);
}
