import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  type EdgeUnderTest,
  exchangeRaw,
  startTestEdge,
  startUpstream,
  untilClosed,
  type Upstream,
} from '../../test/edge/edge-harness.ts';

/** Raw requests, as a client or an attacker may write them, and what RFC 9110 and RFC 9112 ask of a proxy. */

let edge: EdgeUnderTest;
let upstream: Upstream;
/** Request lines that the deployment saw. */
const seen: string[] = [];

beforeAll(async () => {
  edge = await startTestEdge({
    limits: { headersMs: 600, requestMs: 1_200, keepAliveMs: 300, bodyBytes: 1000, connections: 20 },
  });
  upstream = await startUpstream('one', (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end(
        JSON.stringify({ host: request.headers.host, url: request.url, body: String(Buffer.concat(chunks)) }),
      );
    });
  });
  await edge.route('production-1', [upstream]);
});

afterAll(async () => {
  await upstream[Symbol.asyncDispose]();
  await edge[Symbol.asyncDispose]();
});

function lines(...parts: readonly string[]): string {
  return parts.join('\r\n');
}

const close = 'Connection: close';

/** Every one of these could make two servers disagree about where a request ends. */
test.each<[string, string, number]>([
  [
    'both Content-Length and Transfer-Encoding',
    lines(
      'POST / HTTP/1.1',
      'Host: a',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      '',
      '0',
      '',
      'GET /smuggled HTTP/1.1',
      'Host: a',
      '',
      '',
    ),
    400,
  ],
  [
    'the same the other way round',
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', 'Content-Length: 5', '', '0', '', ''),
    400,
  ],
  [
    'two Content-Length fields',
    lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 5', 'Content-Length: 6', '', 'hello!'),
    400,
  ],
  [
    'two equal Content-Length fields',
    lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 5', 'Content-Length: 5', '', 'hello'),
    400,
  ],
  ['a list as Content-Length', lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 5, 5', '', 'hello'), 400],
  ['a signed Content-Length', lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: +5', '', 'hello'), 400],
  [
    'a hexadecimal Content-Length',
    lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 0x5', '', 'hello'),
    400,
  ],
  [
    'an endless Content-Length',
    lines('POST / HTTP/1.1', 'Host: a', `Content-Length: ${'9'.repeat(40)}`, '', 'hello'),
    400,
  ],
  ['a space before the colon', lines('POST / HTTP/1.1', 'Host: a', 'Content-Length : 5', '', 'hello'), 400],
  ['a folded field', lines('POST / HTTP/1.1', 'Host: a', 'X-A: b', ' c', 'Content-Length: 0', '', ''), 400],
  [
    'a folded Transfer-Encoding',
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding:', ' chunked', '', '0', '', ''),
    400,
  ],
  [
    'an unknown Transfer-Encoding',
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: xchunked', '', '0', '', ''),
    501,
  ],
  [
    'a coding before chunked',
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked', '', '0', '', ''),
    501,
  ],
  [
    'chunked twice',
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked, chunked', '', '0', '', ''),
    400,
  ],
  [
    'Transfer-Encoding in two fields',
    lines(
      'POST / HTTP/1.1',
      'Host: a',
      'Transfer-Encoding: identity',
      'Transfer-Encoding: chunked',
      '',
      '0',
      '',
      '',
    ),
    501,
  ],
  [
    'chunked that is not last',
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked, identity', '', '0', '', ''),
    400,
  ],
  [
    'Transfer-Encoding in HTTP/1.0',
    lines('POST / HTTP/1.0', 'Host: a', 'Transfer-Encoding: chunked', '', '0', '', ''),
    400,
  ],
  [
    'a chunk size that is no number',
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', '', 'zz', 'hello', '0', '', ''),
    400,
  ],
  [
    'a chunk longer than said',
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', '', '3', 'hello', '0', '', ''),
    400,
  ],
  ['lines that end with LF alone', 'GET / HTTP/1.1\nHost: a\n\n', 400],
  ['a field line that ends with LF alone', 'GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n', 400],
  ['a CR within a field', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n', 400],
  ['a NUL within a field', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n', 400],
  ['a field without a name', lines('GET / HTTP/1.1', 'Host: a', ': b', '', ''), 400],
  ['no Host', lines('GET / HTTP/1.1', '', ''), 400],
  ['two Host fields', lines('GET / HTTP/1.1', 'Host: a', 'Host: b', '', ''), 400],
  ['a Host that is none', lines('GET / HTTP/1.1', 'Host: a/b', '', ''), 400],
  ['a Host with user information', lines('GET / HTTP/1.1', 'Host: user@a', '', ''), 400],
  ['an empty Host', lines('GET / HTTP/1.1', 'Host:', '', ''), 400],
  ['a target that is neither path nor URL', lines('GET evil HTTP/1.1', 'Host: a', '', ''), 400],
  ['another scheme', lines('GET ftp://a/ HTTP/1.1', 'Host: a', '', ''), 400],
  ['a fragment', lines('GET /a#b HTTP/1.1', 'Host: a', '', ''), 400],
  ['HTTP/2 in clear text', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['an unknown version', lines('GET / HTTP/3.1', 'Host: a', '', ''), 400],
  ['HTTP/2.0 in the words of HTTP/1.1', lines('GET / HTTP/2.0', 'Host: a', '', ''), 505],
  [
    'a WebSocket over HTTP/2.0',
    lines('GET / HTTP/2.0', 'Host: a', 'Connection: upgrade', 'Upgrade: websocket', '', ''),
    505,
  ],
  ['an unknown expectation', lines('GET / HTTP/1.1', 'Host: a', 'Expect: 200-ok', '', ''), 417],
  [
    'an unknown expectation before a body',
    lines('POST / HTTP/1.1', 'Host: a', 'Expect: 200-ok', 'Content-Length: 5', '', 'hello'),
    417,
  ],
  ['CONNECT', lines('CONNECT a:443 HTTP/1.1', 'Host: a:443', '', ''), 405],
  ['TRACE', lines('TRACE / HTTP/1.1', 'Host: a', close, '', ''), 405],
  ['headers beyond the limit', lines('GET / HTTP/1.1', 'Host: a', `X: ${'x'.repeat(20_000)}`, '', ''), 431],
  [
    'a body beyond the limit',
    lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 1001', close, '', 'x'.repeat(1001)),
    413,
  ],
  ['something else than HTTP', '\x16\x03\x01 hello there\r\n\r\n', 400],
])('%s is refused and reaches no deployment', async (_, request, status) => {
  seen.length = 0;
  const answer = await exchangeRaw(edge, request);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
  expect(answer).toMatch(/^content-type: application\/problem\+json\r$/im);
  expect(answer).toMatch(/^connection: close\r$/im);
  expect(seen.filter((line) => line !== 'POST /')).toEqual([]);
});

test('a body with a chunk that breaks the rules is never complete for the deployment', async () => {
  let wasComplete = false;
  upstream.server.once('request', (request) => request.once('end', () => (wasComplete = true)));
  await exchangeRaw(
    edge,
    lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', '', '5', 'hello', 'zz', ''),
  );
  expect(wasComplete).toBe(false);
});

test('a URL as target is taken apart, and its authority replaces Host', async () => {
  const request = lines(
    'GET http://desk.example.com:8443?q=1 HTTP/1.1',
    'Host: other.example.com',
    close,
    '',
    '',
  );
  expect(await exchangeRaw(edge, request)).toContain(
    '{"host":"desk.example.com:8443","url":"/?q=1","body":""}',
  );
});

test('OPTIONS * is answered by the edge itself', async () => {
  const answer = await exchangeRaw(edge, lines('OPTIONS * HTTP/1.1', 'Host: a', close, '', ''));
  expect(answer).toMatch(/^HTTP\/1.1 204 /);
  expect(answer).toMatch(/allow: GET, HEAD/i);
});

test('HTTP/1.0 is served without Host, without chunks, and closed', async () => {
  const answer = await exchangeRaw(edge, 'GET /old HTTP/1.0\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  expect(answer).toMatch(/connection: close/i);
  expect(answer).toContain(`"host":"127.0.0.1:${edge.address.port}","url":"/old"`);
});

test('an upgrade that Connection does not name, with a body, or to HTTP/2 is an ordinary request', async () => {
  for (const [method, ...fields] of [
    ['GET', 'Upgrade: websocket'],
    ['POST', 'Upgrade: websocket', 'Connection: upgrade', 'Content-Length: 2'],
    ['GET', 'Upgrade: h2c', 'Connection: upgrade, http2-settings', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
  ] as const) {
    const socket = await edge.open();
    const body = method === 'POST' ? 'hi' : '';
    socket.write(lines(`${method} / HTTP/1.1`, 'Host: a', ...fields, '', body));
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (chunk) => resolve(String(chunk))),
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    socket.destroy();
  }
});

test('requests written together are answered in order, over one connection', async () => {
  const socket = await edge.open();
  const answers = untilClosed(socket);
  socket.write(
    lines(
      'GET /1 HTTP/1.1',
      'Host: a',
      '',
      'GET /2 HTTP/1.1',
      'Host: a',
      '',
      'GET /3 HTTP/1.1',
      'Host: a',
      close,
      '',
      '',
    ),
  );
  expect([...(await answers).matchAll(/"url":"(.*?)"/g)].map(([, url]) => url)).toEqual(['/1', '/2', '/3']);
});

test('after a request that cannot be read nothing more is read from its connection', async () => {
  seen.length = 0;
  const socket = await edge.open();
  const answers = untilClosed(socket);
  socket.write(lines('GET /first HTTP/1.1', 'Host: a', '', ''));
  // In the middle of an answer nothing is said of what cannot be read.
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write(lines('GET /broken HTTP/1.1', 'Host : a', '', 'GET /after HTTP/1.1', 'Host: a', '', ''));
  expect((await answers).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  expect(seen).toEqual(['GET /first']);
});

test('HTTP/1.1 is the only protocol that the edge offers', async () => {
  const socket = await edge.open(undefined, { ALPNProtocols: ['h2', 'http/1.1'] });
  expect(socket.alpnProtocol).toBe('http/1.1');
  socket.destroy();
});

test.each([
  ['headers that come slowly', lines('GET / HTTP/1.1', 'Host: a', 'X: ')],
  ['a body that does not come', lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 10', '', 'x')],
])('%s are given up', async (_, part) => {
  const socket = await edge.open();
  const answer = untilClosed(socket);
  socket.write(part);
  expect(await answer).toMatch(/^(?:HTTP\/1.1 408 .*)?$/s);
});

test('a connection without a request is closed, and so is one that stays idle', async () => {
  const mute = await edge.open();
  expect(await untilClosed(mute)).toMatch(/^(?:HTTP\/1.1 408 .*)?$/s);
  const idle = await edge.open();
  idle.write(lines('GET / HTTP/1.1', 'Host: a', '', ''));
  expect(await untilClosed(idle)).toMatch(/^HTTP\/1.1 200 /);
});

test('connections beyond the limit are closed and counted, and others go on', async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, () => edge.open()));
  await expect(edge.open()).rejects.toThrow();
  const observation = await edge.edges.observe(edge.ref, AbortSignal.timeout(5_000));
  expect(observation?.refused).toMatchObject({ too_many_connections: 1 });
  for (const socket of sockets) socket.destroy();
  await delay(100);
  const answer = await exchangeRaw(edge, lines('GET / HTTP/1.1', 'Host: a', close, '', ''));
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
});
