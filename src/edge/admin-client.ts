import { Client } from 'undici';
import { z } from 'zod';

import { DeployerError, errorCatalogue, type ErrorCode } from '../errors.ts';
import { isRunning } from '../lib/process-identity.ts';
import type { EdgeRecord } from './edge-record.ts';

const answerMs = 15_000;

const Refusal = z.object({
  code: z.string().refine((code): code is ErrorCode => code in errorCatalogue),
  message: z.string(),
  hint: z.string(),
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
  const client = new Client('http://edge', { socketPath: record.socket });
  const deadline = AbortSignal.timeout(answerMs);
  try {
    const { statusCode, body } = await client.request({
      method: asked.method,
      path: asked.path,
      headers: { authorization: `Bearer ${record.token}` },
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
      signal: AbortSignal.any([signal, deadline]),
    });
    const answer = await body.json();
    if (statusCode === 200) return answer;
    const { code, ...facts } = Refusal.parse(answer);
    throw new DeployerError(code, facts);
  } catch (error) {
    if (error instanceof DeployerError) throw error;
    signal.throwIfAborted();
    throw new DeployerError('edge_failed', {
      message: `The edge on port ${record.port} does not answer.`,
      hint: 'Look at it with `deployer doctor`; the server starts it again by itself.',
      cause: error,
    });
  } finally {
    await client.destroy();
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
