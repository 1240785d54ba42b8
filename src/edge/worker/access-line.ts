import type { IncomingMessage } from 'node:http';

import type { AdmittedRequest } from './admitted-request.ts';

/** One line of `access.log`. The query is left out of the path: it may hold what no log should. */
export interface AccessLine {
  /** ISO 8601 time at which the request came in. */
  readonly at: string;
  readonly client: string;
  /** Method and path are empty when the request could not be read. */
  readonly method: string;
  readonly path: string;
  /** Null when the client went away before an answer. */
  readonly status: number | null;
  readonly ms: number;
  readonly bytes: number;
  /** Null when the edge answered by itself: nothing is live, or the request may not pass. */
  readonly deployment: string | null;
  readonly preview: boolean;
  readonly synthetic: boolean;
  /** Why there was no full answer, as a code; null when there was. */
  readonly error: string | null;
}

/** How an exchange ended. */
export interface ExchangeEnd {
  readonly status: number | null;
  readonly ms: number;
  readonly bytes: number;
  readonly error: string | null;
}

export function accessLine(
  request: IncomingMessage,
  { client, path, route, isSynthetic }: AdmittedRequest,
  { status, ms, bytes, error }: ExchangeEnd,
): AccessLine {
  return {
    at: timeText(Date.now() - ms),
    client,
    method: request.method ?? '',
    path: path.split('?', 1)[0] ?? '',
    status,
    ms: Math.round(ms * 100) / 100,
    bytes,
    deployment: route.deployment.id,
    preview: route.counter === route.deployment.preview,
    synthetic: isSynthetic,
    error,
  };
}

/** Many requests end in one millisecond, and to write its date is half the work of a line. */
let lastTime = { ms: 0, text: '' };
function timeText(at: number): string {
  const ms = Math.floor(at);
  if (ms !== lastTime.ms) lastTime = { ms, text: new Date(ms).toISOString() };
  return lastTime.text;
}
