import { request as sendRequest } from 'node:http';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { DeployerError, errorCatalogue, type ErrorCode } from '../errors.ts';
import { isRunning } from '../lib/process-identity.ts';
import type { EdgeRecord } from './edge-record.ts';

const answerMs = 15_000;

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
}

/** Asks an edge over its admin socket. Throws what the edge refused with, or `edge_failed` when it does not answer. */
export async function askEdge(
  record: EdgeRecord,
  asked: AdminRequest,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const { status, text } = await exchange(record, asked, signal);
    const answer: unknown = JSON.parse(text);
    if (status === 200) return answer;
    const { code, path, ...facts } = Refusal.parse(answer);
    throw new DeployerError(code, path === undefined ? facts : { ...facts, path });
  } catch (error) {
    if (error instanceof DeployerError) throw error;
    signal.throwIfAborted();
    throw new DeployerError('edge_failed', {
      message: `The edge on port ${record.port} does not answer.`,
      hint: 'Look at it with `deployer doctor`; the server starts it again by itself.',
      cause: error,
    });
  }
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
  { method, path, body }: AdminRequest,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({
      socketPath: socket,
      method,
      path,
      headers: { authorization: `Bearer ${token}` },
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      text(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
