import { valuesOf } from './headers.ts';
import { problem, type Problem } from './problem.ts';

/** What a request asks for, in the only form in which it goes on: a path, and the authority it is meant for. */
export interface RequestTarget {
  readonly path: string;
  readonly host: string;
}

export interface RequestHead {
  readonly method: string;
  /** Request target as received. */
  readonly url: string;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
  /** Authority for a request of HTTP/1.0, which may come without Host. */
  readonly fallbackHost: string;
}

/** uri-host [":" port] of RFC 3986, without user information. */
const authority = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Reads the target of a request (RFC 9112, section 3.2), or says how to refuse it. */
export function requestTarget(head: RequestHead): RequestTarget | Problem {
  if (head.method === 'TRACE' || head.method === 'TRACK') {
    return problem(405, 'method_refused', 'This edge does not answer TRACE.', { allow: allowedMethods });
  }
  const encodings = valuesOf(head.rawHeaders, 'transfer-encoding');
  if (encodings.length > 0) {
    if (head.httpVersion !== '1.1')
      return problem(400, 'request_invalid', 'HTTP/1.0 has no Transfer-Encoding.');
    if (encodings.length > 1 || encodings[0]?.toLowerCase() !== 'chunked') {
      return problem(501, 'encoding_unknown', 'The only Transfer-Encoding of this edge is chunked.');
    }
  }
  const hosts = valuesOf(head.rawHeaders, 'host');
  if (hosts.length > 1) return problem(400, 'host_invalid', 'A request has one Host field.');
  const [host = head.httpVersion === '1.0' ? head.fallbackHost : ''] = hosts;
  return head.url.startsWith('/') ? checked(head.url, host) : absoluteTarget(head.url, host);
}

export function isProblem(target: RequestTarget | Problem): target is Problem {
  return 'status' in target;
}

export const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** In absolute form the target names the authority, and the Host field is ignored (RFC 9112, section 3.2.2). */
function absoluteTarget(url: string, host: string): RequestTarget | Problem {
  if (url === '*') return checked(url, host);
  const match = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (match === null)
    return problem(400, 'target_invalid', 'The request target is not a path and not a URL.');
  const [, named = '', rest = ''] = match;
  return checked(rest.startsWith('/') ? rest : `/${rest}`, named);
}

function checked(path: string, host: string): RequestTarget | Problem {
  if (!authority.test(host))
    return problem(400, 'host_invalid', 'The host of the request is not a host name.');
  if (path.includes('#')) return problem(400, 'target_invalid', 'A request target has no fragment.');
  return { path, host };
}
