import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type EdgeUnderTest, startTestEdge, startUpstream } from '../../test/edge/edge-harness.ts';

let edge: EdgeUnderTest;
beforeAll(async () => {
  edge = await startTestEdge({});
});
afterAll(() => edge[Symbol.asyncDispose]());

test.each([1, 256, 16 * 1024, 16 * 1024 + 1, 300_000])(
  'an answer of %i bytes, of every value, arrives to the byte, in one piece or in several',
  async (length) => {
    const whole = Buffer.alloc(length).map((_, at) => (at * 31 + (at >> 8)) % 256);
    await using upstream = await startUpstream('replica-0', (request, response) => {
      response.writeHead(200, { 'content-length': length });
      if (request.url === '/whole') return response.end(whole);
      response.write(whole.subarray(0, length >> 1));
      return setImmediate(() => response.end(whole.subarray(length >> 1)));
    });
    await edge.route(`production-${length}`, [upstream]);
    for (const path of ['/whole', '/halves']) {
      const { body } = await request(`${edge.address.url}${path}`, { dispatcher: edge.agent });
      const answer = Buffer.from(await body.bytes());
      expect(answer.equals(whole), `${path}: ${answer.length} bytes`).toBe(true);
    }
  },
);
