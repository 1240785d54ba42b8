import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { isNodeError } from '../../lib/node-error.ts';
import { endWithProblem, type Problem, problem } from './problem.ts';

/**
 * Answers what the parser could not read, and closes the connection: nobody can tell where the next request begins.
 * In the middle of another answer nothing can be said, and the connection is cut.
 */
export function refuseBrokenRequest(error: Error, socket: Duplex): void {
  const answering = (socket as Duplex & { readonly _httpMessage?: ServerResponse | null })._httpMessage;
  const isMidAnswer = answering !== undefined && answering !== null && answering.headersSent;
  if (!socket.writable || isMidAnswer || (isNodeError(error) && error.code === 'ECONNRESET'))
    socket.destroy();
  else endWithProblem(socket, problemOf(error), null);
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
