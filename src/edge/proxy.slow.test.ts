import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { request as sendSecureRequest, type RequestOptions } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import {
  type EdgeUnderTest,
  eventually,
  exchangeRaw,
  startTestEdge,
  startUpstream,
  untilClosed,
  type Upstream,
} from '../../test/edge/edge-harness.ts';
import { lastingFreePort } from './ports.ts';

let edge: EdgeUnderTest;
let deployments = 0;
const started: AsyncDisposable[] = [];

beforeAll(async () => {
  edge = await startTestEdge({ limits: { answerMs: 1_000, connectMs: 500, bodyBytes: 1_000_000 } });
});

afterEach(async () => {
  for (const one of started.splice(0)) await one[Symbol.asyncDispose]();
});

afterAll(() => edge[Symbol.asyncDispose]());

/** A new stable deployment whose replicas answer as given; returns its id. */
async function deploy(...listeners: Parameters<typeof startUpstream>[1][]): Promise<string> {
  const upstreams: Upstream[] = [];
  for (const [index, listener] of listeners.entries())
    upstreams.push(await startUpstream(`replica-${index}`, listener));
  started.push(...upstreams);
  return deployAt(upstreams.map((upstream) => upstream.address));
}

async function deployAt(addresses: readonly string[]): Promise<string> {
  deployments += 1;
  const id = `production-${deployments}`;
  await edge.route(
    id,
    addresses.map((address) => ({ address }) as Upstream),
  );
  return id;
}

/** A deployment that says these bytes to whatever it is asked. */
async function deployBytes(bytes: string): Promise<void> {
  const server = createTcpServer((socket) => socket.once('data', () => socket.end(bytes)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  started.push({ [Symbol.asyncDispose]: async () => void server.close() });
  const address = server.address();
  await deployAt([`127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`]);
}

function open(options: RequestOptions): ClientRequest {
  return sendSecureRequest({
    host: '127.0.0.1',
    port: edge.address.port,
    ca: edge.ca,
    agent: false,
    ...options,
  });
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
}

test('a deployment sees who asked, whatever the client claims, and nothing of the connection', async () => {
  await deploy(undefined);
  const request = open({
    path: '/path?q=1',
    servername: 'localhost',
    headers: {
      host: 'desk.example.com',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'gopher',
      forwarded: 'for=203.0.113.9',
      'x-real-ip': '203.0.113.9',
      'x-deployer-deployment': 'forged',
      'proxy-authorization': 'secret',
      te: 'trailers',
      authorization: 'Bearer kept',
    },
  });
  const { headers } = JSON.parse(await text(await answerOf(request.end())));
  expect(headers).toEqual({
    host: 'desk.example.com',
    connection: 'keep-alive',
    authorization: 'Bearer kept',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'desk.example.com',
    via: '1.1 deployer',
  });
});

test('fields that Connection names end at the edge, in both directions', async () => {
  await deploy((request, response) => {
    response.setHeader('connection', 'x-private');
    response.setHeader('x-private', '1');
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify(request.headers));
  });
  const request =
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Once, Content-Length\r\nX-Once: 1\r\nX-Kept: 1\r\n\r\n';
  const answer = await exchangeRaw(edge, request);
  expect(answer).not.toMatch(/x-private/i);
  expect(answer.match(/set-cookie: \w=\d/g)).toEqual(['set-cookie: a=1', 'set-cookie: b=2']);
  expect(answer).toContain('"x-kept":"1"');
  expect(answer).not.toContain('"x-once"');
});

test('status, reason, length, HEAD and empty answers pass unchanged', async () => {
  await deploy((request, response) => {
    if (request.url === '/none') response.writeHead(204).end();
    else response.writeHead(418, 'Short And Stout', { 'content-length': 3, etag: '"x"' }).end('tea');
  });
  expect(await edge.get('/')).toMatchObject({
    status: 418,
    text: 'tea',
    headers: { etag: '"x"', 'content-length': '3' },
  });
  expect(await edge.get('/', { method: 'HEAD' })).toMatchObject({
    status: 418,
    text: '',
    headers: { 'content-length': '3' },
  });
  expect(await edge.get('/none')).toMatchObject({ status: 204, text: '' });
  expect(await exchangeRaw(edge, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1.1 418 Short And Stout\r\n/,
  );
});

test('bodies of both kinds arrive as they were sent', async () => {
  await deploy((request, response) => {
    const { 'content-length': length = 'chunked' } = request.headers;
    void text(request).then((body) => response.end(`${length}:${body.length}`));
  });
  expect((await edge.get('/', { method: 'POST', body: 'x'.repeat(300_000) })).text).toBe('300000:300000');
  const chunked = open({ method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
  for (let part = 0; part < 5; part += 1) chunked.write('y'.repeat(10_000));
  chunked.end();
  expect(await text(await answerOf(chunked))).toBe('chunked:50000');
});

test('a stream passes byte by byte in both directions at once, its headers first', async () => {
  await deploy((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    request.on('data', (chunk: Buffer) => response.write(`echo ${chunk.toString()}\n`));
    request.on('end', () => response.end('bye'));
  });
  const request = open({ method: 'POST' });
  request.write('one');
  const response = await answerOf(request);
  const next = (): Promise<string> =>
    new Promise((resolve) => response.once('data', (chunk) => resolve(String(chunk))));
  expect(await next()).toBe('echo one\n');
  const second = next();
  request.write('two');
  expect(await second).toBe('echo two\n');
  const last = next();
  request.end();
  expect(await last).toBe('bye');
});

test('headers are not held back until the first byte of a slow body', async () => {
  const held: ServerResponse[] = [];
  await deploy((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    held.push(response);
  });
  const response = await answerOf(open({}).end());
  expect(response.statusCode).toBe(200);
  held[0]?.end('late');
  expect(await text(response)).toBe('late');
});

test('trailers and informational answers pass', async () => {
  await deploy((_, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('body');
    response.addTrailers({ 'x-sum': '42', 'x-deployer-deployment': 'forged' });
    response.end();
  });
  const request = open({});
  const hints = new Promise<string>((resolve) =>
    request.once('information', (info) => resolve(String(info.headers['link']))),
  );
  const response = await answerOf(request.end());
  expect(await hints).toBe('</style.css>; rel=preload');
  expect(await text(response)).toBe('body');
  expect(response.trailers).toEqual({ 'x-sum': '42' });
});

test.each([
  ['HEAD', 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
])('an answer to %s passes without the trailers that it announces', async (_, request) => {
  const id = await deploy((_request, response) => {
    response.writeHead(200, { trailer: 'x-sum', 'transfer-encoding': 'chunked' });
    response.write('body');
    response.addTrailers({ 'x-sum': '42' });
    response.end();
  });
  const answer = await exchangeRaw(edge, request);
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(answer).not.toMatch(/^trailer:/im);
  expect(answer.endsWith(request.startsWith('HEAD') ? '\r\n\r\n' : '\r\n\r\nbody')).toBe(true);
  expect(await edge.totals(id)).toMatchObject({ requests: 1, errors: 0 });
});

test('a client that waits for 100 Continue gets it, and none when its request is refused', async () => {
  const id = await deploy((request, response) => void text(request).then((body) => response.end(body)));
  const accepted = open({ method: 'POST', headers: { expect: '100-continue' } });
  accepted.flushHeaders();
  await new Promise((resolve) => accepted.once('continue', resolve));
  accepted.end('now');
  expect(await text(await answerOf(accepted))).toBe('now');

  const refused = open({ method: 'POST', headers: { expect: '100-continue', 'content-length': 2_000_000 } });
  let wasContinued = false;
  refused.once('continue', () => (wasContinued = true));
  refused.on('error', () => {});
  refused.flushHeaders();
  expect((await answerOf(refused)).statusCode).toBe(413);
  expect(wasContinued).toBe(false);
  refused.destroy();
  await eventually('nothing to be open', async () => (await edge.totals(id)).active === 0);
});

test('a body beyond the limit is refused, said or not, and the deployment is not blamed', async () => {
  const id = await deploy((request) => request.resume());
  expect((await edge.get('/', { method: 'POST', body: 'x'.repeat(1_000_001) })).status).toBe(413);
  const chunked = open({ method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
  chunked.on('error', () => {});
  const answer = answerOf(chunked);
  for (let part = 0; part < 20; part += 1) chunked.write('y'.repeat(60_000));
  chunked.end();
  expect((await answer).statusCode).toBe(413);
  await eventually('the end', async () => (await edge.totals(id)).active === 0);
  expect((await edge.totals(id)).errors).toBe(0);
});

test('an answer before the request is complete reaches the client, whose connection stays of use', async () => {
  await deploy((_, response) => response.writeHead(401).end('no'));
  const socket = await edge.open();
  const answers = untilClosed(socket);
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n${'x'.repeat(1000)}`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write('x'.repeat(499_000));
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect((await answers).match(/HTTP\/1.1 401/g)?.length).toBe(2);
});

test('a client that goes away ends the request at the deployment', async () => {
  let wasClosed = false;
  const id = await deploy((request, response) => {
    response.write('begin');
    request.once('close', () => (wasClosed = true));
  });
  const request = open({});
  await answerOf(request.end());
  expect((await edge.totals(id)).active).toBe(1);
  request.destroy();
  await eventually('the deployment to see it', () => wasClosed);
  await eventually('nothing to be open', async () => (await edge.totals(id)).active === 0);
  expect(await edge.totals(id)).toMatchObject({ requests: 1, errors: 0 });
});

test('half an answer is cut, never completed, and counts as an error', async () => {
  const id = await deploy((_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  });
  const response = await answerOf(open({}).end());
  await expect(text(response)).rejects.toThrow('aborted');
  await eventually('the end', async () => (await edge.totals(id)).active === 0);
  expect(await edge.totals(id)).toMatchObject({ requests: 1, errors: 1 });
});

test('a replica that refuses connections is left out, others answer, and it is used again when it is back', async () => {
  const port = await lastingFreePort();
  const up = await startUpstream('up');
  started.push(up);
  const id = await deployAt([`127.0.0.1:${port}`, up.address]);
  for (let turn = 0; turn < 20; turn += 1)
    expect((await edge.get('/', { method: 'POST', body: 'x' })).status).toBe(200);
  expect((await edge.totals(id)).errors).toBe(0);

  const back = await startUpstream('back', undefined, port);
  started.push(back);
  await eventually('the replica to be asked again', async () =>
    (await edge.get('/')).text.includes('"back"'),
  );
});

test('a broken connection costs a repeatable request nothing, and another one a 502', async () => {
  let broken = 0;
  const dying = (request: IncomingMessage, response: ServerResponse): void => {
    broken += 1;
    request.resume();
    request.once('end', () => response.socket?.destroy());
  };
  await deploy(dying, undefined);
  for (let turn = 0; turn < 6; turn += 1) expect((await edge.get('/')).status).toBe(200);
  expect(broken).toBeGreaterThan(0);

  const id = await deploy(dying);
  const answer = await edge.get('/', { method: 'POST', body: 'x' });
  expect(answer).toMatchObject({
    status: 502,
    deployment: id,
    headers: { 'content-type': 'application/problem+json' },
  });
  expect(JSON.parse(answer.text)).toMatchObject({ status: 502, code: 'answer_failed' });
});

test('a connection that the deployment closed between two requests costs no request', async () => {
  const { server } = (await startUpstream('short')) satisfies Upstream;
  server.keepAliveTimeout = 1;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  started.push({ [Symbol.asyncDispose]: async () => void server.close() });
  await deployAt([`127.0.0.1:${port}`]);
  for (let turn = 0; turn < 50; turn += 1) expect((await edge.get('/')).status).toBe(200);
});

test('a deployment that does not answer in time is a 504, one that does not accept a 502, one without replicas a 503', async () => {
  const silent = await deploy(() => {});
  expect(await edge.get('/')).toMatchObject({ status: 504, deployment: silent });
  const refusing = await deployAt([`127.0.0.1:${await lastingFreePort()}`]);
  expect(await edge.get('/')).toMatchObject({ status: 502, deployment: refusing });
  const empty = await deployAt([]);
  expect(await edge.get('/')).toMatchObject({ status: 503, deployment: empty });
  for (const id of [silent, refusing, empty])
    expect(await edge.totals(id)).toMatchObject({ requests: 1, errors: 1 });
});

test('something that does not speak HTTP is a 502', async () => {
  await deployBytes('SSH-2.0-OpenSSH_9.9\r\n');
  expect((await edge.get('/')).status).toBe(502);
});

test.each([
  ['with words beyond Latin-1 passes', 'HTTP/1.1 200 Fine \u{2713}', 'HTTP/1.1 200 OK'],
  [
    'with a field that HTTP has not is a 502 in the words of the edge',
    'HTTP/1.1 200 Fine\r\nX-Note: a\x7fb',
    'HTTP/1.1 502 Bad Gateway',
  ],
])(
  'an answer %s',
  async (_, head, expected) => {
    await deployBytes(`${head}\r\nContent-Length: 0\r\n\r\n`);
    const answer = await exchangeRaw(edge, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(answer.split('\r\n')[0]).toBe(expected);
  },
  10_000,
);

test('idle replicas take turns', async () => {
  await deploy(undefined, undefined, undefined);
  const names = new Set<string>();
  for (let turn = 0; turn < 9; turn += 1) names.add(JSON.parse((await edge.get('/')).text).name);
  expect(names.size).toBe(3);
});

test('only requests with the mark of this edge count as synthetic, and no deployment sees the mark', async () => {
  const id = await deploy(undefined);
  const marked = await edge.get('/', { headers: { 'x-deployer-probe': edge.address.probeToken } });
  await edge.get('/', { headers: { 'x-deployer-probe': 'guess' } });
  expect(marked.text).not.toContain('probe');
  await eventually('two requests', async () => (await edge.totals(id)).requests === 2);
  expect((await edge.totals(id)).synthetic).toBe(1);
});
