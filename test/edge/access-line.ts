import type { AccessLine } from '../../src/edge/worker/access-line.ts';

/** Of a request that was answered as it should be. */
export const answeredLine: AccessLine = {
  at: '2026-01-01T00:00:00.000Z',
  client: '127.0.0.1',
  method: 'GET',
  path: '/',
  status: 200,
  ms: 1,
  bytes: 2,
  deployment: 'production-1',
  preview: false,
  synthetic: false,
  error: null,
};
