import { type Problem, problem } from './problem.ts';
import { BodyTooLarge } from './request-body.ts';

/** What a client is told when its request could not be answered by a deployment. */
export function upstreamProblem(error: Error): Problem {
  if (error instanceof BodyTooLarge) return bodyTooLarge();
  switch ('code' in error ? error.code : undefined) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return problem(504, 'answer_timeout', 'The deployment did not answer in time.');
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return problem(504, 'connect_timeout', 'The deployment did not accept a connection in time.');
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
      return problem(400, 'request_invalid', 'The request cannot be passed on as it is.');
    case 'ECONNREFUSED':
      return problem(502, 'connect_failed', 'No replica of the deployment accepts connections.');
    default:
      return problem(502, 'answer_failed', 'The deployment closed the connection without a valid answer.');
  }
}

export function noReplica(): Problem {
  return problem(503, 'no_replica', 'No replica of the deployment is ready.', { 'retry-after': '1' });
}

export function bodyTooLarge(): Problem {
  return problem(413, 'body_too_large', 'The body of the request is larger than this edge takes.');
}

/** A client that waits this long and then leaves has seen a deployment that hangs; sooner, it has changed its mind. */
const patienceMs = 5_000;

/** What the client did, or the edge, which ends. */
const nobodysError: ReadonlySet<string> = new Set(['body_too_large', 'request_invalid', 'edge_ended']);

/** Whether an exchange that ended so counts as an error of the deployment. `status` is null without an answer. */
export function isDeploymentsError(error: string | null, status: number | null, ms: number): boolean {
  if (status !== null && status >= 500) return true;
  if (error === 'client_gone') return status === null && ms >= patienceMs;
  return error !== null && !nobodysError.has(error);
}
