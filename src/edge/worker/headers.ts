import type { IncomingHttpHeaders } from 'node:http';

/**
 * Which header fields go on, and which a proxy keeps to itself. Fields come and go as flat lists of name and value,
 * in the order and with the repetitions of the message.
 */

/** Fields about one connection and not about the message: RFC 9110, section 7.6.1, and what older software sends. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Fields that say where a request came from: the edge is the first to know, so it believes nobody else. */
const fromTheEdgeOnly: ReadonlySet<string> = new Set(['forwarded', 'host', 'x-real-ip']);
const fromTheEdgeOnlyPrefixes = ['x-forwarded-', 'x-deployer-'] as const;

/** A message without these means something else, so `Connection` cannot name them away. */
const neverDropped: ReadonlySet<string> = new Set(['content-length', 'content-type', 'host']);

export interface RequestOrigin {
  /** Address of the client. */
  readonly client: string;
  /** Authority that the client asked for. */
  readonly host: string;
}

/** The fields to send to a deployment. `Expect` is answered by the edge itself. */
export function requestHeaders(rawHeaders: readonly string[], origin: RequestOrigin): string[] {
  const named = namedByConnection(rawHeaders);
  const kept = ['host', origin.host];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || lower === 'expect' || named?.has(lower) || isFromTheEdge(lower)) continue;
    kept.push(name, rawHeaders[index + 1] ?? '');
  }
  kept.push('x-forwarded-for', origin.client, 'x-forwarded-proto', 'https', 'x-forwarded-host', origin.host);
  kept.push('via', '1.1 deployer');
  return kept;
}

/** The fields to send to a client, with the mark of the deployment that answered. */
export function responseHeaders(headers: IncomingHttpHeaders, deployment: string): string[] {
  const named = connectionTokens(headers.connection);
  const kept: string[] = [];
  for (const name in headers) {
    if (hopByHop.has(name) || named?.has(name) || name.startsWith('x-deployer-')) continue;
    const value = headers[name];
    if (typeof value === 'string') kept.push(name, value);
    else for (const one of value ?? []) kept.push(name, one);
  }
  kept.push('x-deployer-deployment', deployment);
  return kept;
}

/** All values of one field of a flat list. */
export function valuesOf(rawHeaders: readonly string[], lowerCaseName: string): string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === lowerCaseName,
  );
}

function isFromTheEdge(name: string): boolean {
  return fromTheEdgeOnly.has(name) || fromTheEdgeOnlyPrefixes.some((prefix) => name.startsWith(prefix));
}

function namedByConnection(rawHeaders: readonly string[]): ReadonlySet<string> | null {
  let named: ReadonlySet<string> | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    const more = connectionTokens(rawHeaders[index + 1]);
    if (more !== null) named = new Set([...(named ?? []), ...more]);
  }
  return named;
}

/** The fields that a `Connection` field names; null for the usual `keep-alive` and `close`. */
function connectionTokens(value: string | undefined): ReadonlySet<string> | null {
  if (value === undefined || value === 'keep-alive' || value === 'close') return null;
  const tokens = value.split(',').map((token) => token.trim().toLowerCase());
  return new Set(tokens.filter((token) => !neverDropped.has(token)));
}
