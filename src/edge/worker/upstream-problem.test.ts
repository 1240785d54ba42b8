import { expect, test } from 'vitest';

import { BodyTooLarge } from './request-body.ts';
import { isDeploymentsError, upstreamProblem } from './upstream-problem.ts';

test.each([
  ['UND_ERR_HEADERS_TIMEOUT', 504],
  ['UND_ERR_CONNECT_TIMEOUT', 504],
  ['ECONNREFUSED', 502],
  ['UND_ERR_SOCKET', 502],
  ['HPE_INVALID_CONSTANT', 502],
  ['UND_ERR_INVALID_ARG', 400],
])('%s is answered with %i', (code, status) => {
  expect(upstreamProblem(Object.assign(new Error('x'), { code })).status).toBe(status);
});

test('a body that is too large is the client’s fault', () => {
  expect(upstreamProblem(new BodyTooLarge()).status).toBe(413);
});

test.each<[string | null, number | null, number, boolean]>([
  [null, 200, 10, false],
  [null, 404, 10, false],
  [null, 500, 10, true],
  ['answer_cut', 200, 10, true],
  ['answer_timeout', 504, 10, true],
  ['no_replica', 503, 10, true],
  ['body_too_large', 413, 10, false],
  ['request_invalid', 400, 10, false],
  ['edge_ended', null, 60_000, false],
  ['client_gone', 200, 60_000, false],
  ['client_gone', 503, 10, true],
  ['client_gone', null, 10, false],
  ['client_gone', null, 5_000, true],
])(
  '%s with status %s after %i ms counts as an error of the deployment: %s',
  (error, status, ms, expected) => {
    expect(isDeploymentsError(error, status, ms)).toBe(expected);
  },
);
