import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Problem } from './problem.ts';
import type { WorkerContext } from './worker-context.ts';

export interface RefusedRequest {
  readonly socket: Duplex;
  /** Null when it could not be read. */
  readonly request: IncomingMessage | null;
  readonly problem: Problem;
}

/**
 * Counts and writes down what no deployment will ever hear of. What is no error, such as `OPTIONS *`, is not counted.
 */
export function noteRefusal(
  { log, refusals, router }: WorkerContext,
  { socket, request, problem }: RefusedRequest,
): void {
  const { code, status } = problem;
  const isError = status >= 400;
  if (isError) refusals.count(code);
  const { localPort = 0, remoteAddress = '' } = socket as Socket;
  log.write({
    at: new Date().toISOString(),
    client: remoteAddress,
    method: request?.method ?? '',
    path: pathOf(request?.url ?? ''),
    status,
    ms: 0,
    bytes: 0,
    deployment: null,
    preview: router.isPreview(localPort),
    synthetic: false,
    error: isError ? code : null,
  });
}

/** Another form than a path may have the name and password of a user in it. */
function pathOf(target: string): string {
  return target.startsWith('/') || target === '*' ? (target.split('?', 1)[0] ?? '') : '';
}
