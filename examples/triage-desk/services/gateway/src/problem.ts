import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { log } from './log.ts';

/** An error the caller may see, answered as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly extra: object;

  constructor(status: number, title: string, extra: object = {}) {
    super(title);
    this.status = status;
    this.extra = extra;
  }
}

/** Anything that is not a `Problem` is our own fault: the log gets the details, the caller gets a 500 without them. */
export function answerProblem(error: Error, context: Context): Response {
  const requestId: string = context.get('requestId');
  const problem = toProblem(error);
  if (problem.status >= 500) log('request failed', { requestId, error: error.stack });
  return Response.json(
    { type: 'about:blank', title: problem.message, status: problem.status, requestId, ...problem.extra },
    {
      status: problem.status,
      headers: { 'content-type': 'application/problem+json', 'x-request-id': requestId },
    },
  );
}

function toProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return new Problem(error.status, error.message);
  return new Problem(500, 'Something went wrong on our side');
}
