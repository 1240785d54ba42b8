import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { isNodeError } from '../../lib/node-error.ts';
import { endWithProblem, type Problem, problem } from './problem.ts';
import { noteRefusal } from './note-refusal.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * Answers what the parser could not read, and closes the connection: nobody can tell where the next request begins.
 * In the middle of another answer nothing can be said: what was written of that one still goes out.
 */
export function refuseBrokenRequest(error: Error, socket: Duplex, context: WorkerContext): void {
  if (!socket.writable || (isNodeError(error) && error.code === 'ECONNRESET')) socket.destroy();
  else if (isAnswering(socket)) (socket as Socket).destroySoon();
  else {
    const refusal = problemOf(error);
    if (isOfRequest(error)) noteRefusal(context, { socket, request: null, problem: refusal });
    endWithProblem(socket, refusal, null);
  }
}

/** Of the parser and its clocks; others are of the connection, e.g. of a client that does not trust the certificate. */
function isOfRequest(error: Error): boolean {
  return isNodeError(error) && /^(?:HPE_|ERR_HTTP_)/.test(error.code);
}

/** Node's own handler of such errors asks the same field of the socket; there is no public way to know. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage } = socket as Duplex & { readonly _httpMessage?: ServerResponse | null };
  return _httpMessage?.headersSent ?? false;
}

function problemOf(error: Error): Problem {
  switch (isNodeError(error) ? error.code : '') {
    case 'HPE_HEADER_OVERFLOW':
      return problem(
        431,
        'headers_too_large',
        'The header fields of the request are larger than this edge takes.',
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem(
        413,
        'body_too_large',
        'The chunk extensions of the request are larger than this edge takes.',
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem(408, 'request_timeout', 'The request did not arrive in time.');
    default:
      return problem(400, 'request_invalid', 'The request is not valid HTTP/1.1.');
  }
}
