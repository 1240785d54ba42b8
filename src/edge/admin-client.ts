import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { DeployerError, errorCatalogue, type ErrorCode } from '../errors.ts';
import { request as sendRequest } from '../lib/node-http.ts';
import { isRunning } from '../lib/process-identity.ts';
import type { EdgeRecord } from './edge-record.ts';

const usualAnswerMs = 15_000;

const Refusal = z.object({
  code: z.string().refine((code): code is ErrorCode => code in errorCatalogue),
  message: z.string(),
  hint: z.string(),
  path: z.string().optional(),
  detail: z.array(z.string()),
});

export interface AdminRequest {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  /** How long to wait for the answer. @default 15_000 */
  readonly withinMs?: number;
}

/** No answer at all, in contrast to a refusal. */
export class SilentEdgeError extends DeployerError {}

/**
 * Asks an edge over its admin socket. Throws what the edge refused with, or `edge_failed` when it does not answer, as a
 * `SilentEdgeError` when nothing came.
 */
export async function askEdge(
  record: EdgeRecord,
  asked: AdminRequest,
  signal: AbortSignal,
): Promise<unknown> {
  const { status, text } = await exchange(record, asked, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new SilentEdgeError('edge_failed', { ...noAnswer(record), cause: error });
  });
  const answer = parsed(text);
  if (status === 200 && answer !== null) return answer;
  const refusal = Refusal.safeParse(answer);
  if (!refusal.success) throw new DeployerError('edge_failed', { ...noAnswer(record), cause: refusal.error });
  const { code, path, ...facts } = refusal.data;
  throw new DeployerError(code, path === undefined ? facts : { ...facts, path });
}

/** Whether the recorded edge is the running process it was, and answers. */
export async function edgeAnswers(record: EdgeRecord): Promise<boolean> {
  if (!(await isRunning(record))) return false;
  try {
    await askEdge(record, { method: 'GET', path: '/observation' }, AbortSignal.timeout(2_000));
    return true;
  } catch {
    // Whatever the reason: it cannot be worked with now.
    return false;
  }
}

function exchange(
  { socket, token }: EdgeRecord,
  { method, path, body, withinMs = usualAnswerMs }: AdminRequest,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({
      socketPath: socket,
      method,
      path,
      headers: { authorization: `Bearer ${token}` },
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      text(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function noAnswer({ port }: EdgeRecord): { readonly message: string; readonly hint: string } {
  return {
    message: `The edge on port ${port} does not answer.`,
    hint: 'Look at it with `deployer doctor`; the server starts it again by itself.',
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
