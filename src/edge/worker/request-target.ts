import { problem, type Problem } from './problem.ts';
import type { RequestHead } from './request-head.ts';

/** What a request asks for, in the only form in which it goes on: a path, and the authority it is meant for. */
export interface RequestTarget {
  readonly path: string;
  readonly host: string;
}

export interface RequestLine {
  readonly method: string;
  /** Request target as received. */
  readonly url: string;
  readonly httpVersion: string;
  /** Authority for a request of HTTP/1.0, which may come without Host. */
  readonly fallbackHost: string;
}

export const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** uri-host [":" port] of RFC 3986, without user information. */
const authority = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Reads the target of a request (RFC 9112, section 3.2), or says how to refuse it. */
export function requestTarget(line: RequestLine, head: RequestHead): RequestTarget | Problem {
  if (!line.httpVersion.startsWith('1.')) return versionUnknown();
  if (line.method === 'TRACE') {
    return problem(405, 'method_refused', 'This edge does not answer TRACE.', { allow: allowedMethods });
  }
  const [encoding, ...more] = head.transferEncodings;
  if (encoding !== undefined) {
    if (line.httpVersion !== '1.1') return invalid('HTTP/1.0 has no Transfer-Encoding.');
    if (more.length > 0 || encoding.toLowerCase() !== 'chunked') {
      const detail = 'The only Transfer-Encoding of this edge is chunked.';
      return problem(501, 'encoding_unknown', detail, { connection: 'close' });
    }
  }
  if (head.hosts.length > 1) return invalid('A request has one Host field.');
  const [host = line.httpVersion === '1.0' ? line.fallbackHost : ''] = head.hosts;
  return line.url.startsWith('/') || line.url === '*' ? checked(line.url, host) : absoluteTarget(line.url);
}

export function isProblem(target: RequestTarget | Problem): target is Problem {
  return 'status' in target;
}

/** Another major version may mean something else by the same bytes (RFC 9110, section 15.6.6): nothing more is read. */
function versionUnknown(): Problem {
  const detail = 'The only versions of HTTP that this edge reads are 1.0 and 1.1.';
  return problem(505, 'version_unknown', detail, { connection: 'close' });
}

/** In absolute form the target names the authority, and the Host field is ignored (RFC 9112, section 3.2.2). */
function absoluteTarget(url: string): RequestTarget | Problem {
  const match = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (match === null) return invalid('The request target is not a path and not a URL.');
  const [, named = '', rest = ''] = match;
  return checked(rest.startsWith('/') ? rest : `/${rest}`, named);
}

function checked(path: string, host: string): RequestTarget | Problem {
  if (!authority.test(host)) return invalid('The host of the request is missing or not a host name.');
  if (path.includes('#')) return invalid('A request target has no fragment.');
  return { path, host };
}

/** Whoever writes such requests may mean the next one to be read otherwise than it is: the connection ends. */
function invalid(detail: string): Problem {
  return problem(400, 'request_invalid', detail, { connection: 'close' });
}
