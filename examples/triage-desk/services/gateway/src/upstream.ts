import { log } from './log.ts';
import { Problem } from './problem.ts';

interface Call {
  readonly body: unknown;
  readonly requestId: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A POST to another component. Its 4xx is the caller's mistake and passes through; all else becomes a 502 or 504. */
export async function post(url: string, { body, requestId, timeoutMs, signal }: Call): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': requestId },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  }).catch((error: Error) => {
    log('upstream did not answer', { requestId, url, error: String(error), cause: error.cause });
    throw error.name === 'TimeoutError'
      ? new Problem(504, 'A component took too long to answer')
      : new Problem(502, 'A component could not be reached');
  });
  if (response.ok) return response;
  const reason = await response.text();
  if (response.status < 500) throw new Problem(response.status, 'The request was refused', { reason });
  log('upstream failed', { requestId, url, status: response.status, reason });
  throw new Problem(502, 'A component failed to answer');
}

export async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
