import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request as sendRequest } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  deadline,
  defaultSettings,
  type EdgeUnderTest,
  eventually,
  startTestEdge,
  startUpstream,
  type Upstream,
} from '../../test/edge/edge-harness.ts';
import { askEdge } from './admin-client.ts';
import { openAuthority } from './certificate/authority.ts';
import { issueServerCertificate } from './certificate/server-certificate.ts';

let edge: EdgeUnderTest;
let upstream: Upstream;

beforeAll(async () => {
  edge = await startTestEdge();
  upstream = await startUpstream('one');
  await edge.route('production-1', [upstream]);
});

afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

test('the admin socket does nothing without the token of the edge', async () => {
  const record = { ...(await edge.record()), token: 'x'.repeat(43) };
  for (const asked of [
    { method: 'GET', path: '/observation' },
    {
      method: 'PUT',
      path: '/routes',
      body: { table: { v: 1, generation: 99, rules: [], previews: {} }, backends: {} },
    },
  ] as const) {
    await expect(askEdge(record, asked, deadline())).rejects.toMatchObject({ code: 'edge_failed' });
  }
  expect((await edge.get('/')).status).toBe(200);
});

test.each<[string, { method: 'GET' | 'PUT'; path: string; body?: unknown }]>([
  ['an unknown path', { method: 'GET', path: '/everything' }],
  ['settings that are none', { method: 'PUT', path: '/settings', body: { port: 'seven', workers: 0 } }],
  ['routes that are none', { method: 'PUT', path: '/routes', body: [] }],
  ['no body', { method: 'PUT', path: '/routes' }],
])('%s is refused and changes nothing', async (_, asked) => {
  await expect(askEdge(await edge.record(), asked, deadline())).rejects.toMatchObject({
    code: expect.stringMatching(/^(?:edge_failed|route_invalid)$/),
  });
  expect((await edge.get('/')).deployment).toBe('production-1');
});

test('a pending call ends when its caller gives up', async () => {
  const ask = askEdge(
    await edge.record(),
    { method: 'GET', path: '/observation' },
    AbortSignal.abort(new Error('enough')),
  );
  await expect(ask).rejects.toThrow('enough');
});

test('metrics are given as text', async () => {
  await edge.get('/');
  const { socket, token } = await edge.record();
  const metrics = await new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = sendRequest(
      { socketPath: socket, path: '/metrics', headers, agent: false },
      (response) => {
        text(response).then(resolve, reject);
      },
    );
    request.once('error', reject).end();
  });
  expect(metrics).toMatch(/^deployer_edge_requests_total\{.*deployment="production-1".*\} [1-9]/m);
});

test('every request has a line in the access log, without its query', async () => {
  await edge.get('/login?password=hunter2', { headers: { 'x-deployer-probe': edge.address.probeToken } });
  const log = (): Promise<string> => readFile(join(edge.folder, 'access.log'), 'utf8').catch(() => '');
  const find = async (): Promise<string | undefined> =>
    (await log()).split('\n').find((line) => line.includes('/login'));
  await eventually('the line', async () => (await find()) !== undefined);
  expect(JSON.parse((await find()) ?? '')).toMatchObject({
    method: 'GET',
    status: 200,
    client: '127.0.0.1',
    deployment: 'production-1',
    synthetic: true,
    error: null,
  });
  expect(await log()).not.toContain('hunter2');
});

test.each(['127.0.0.1', 'localhost', '::1'])('the edge is reached and trusted as %s', async (host) => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(
      { host, port: edge.address.port, ca: edge.ca, ...(host === 'localhost' ? { servername: host } : {}) },
      () => socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
    );
    socket.once('data', (data) => {
      resolve(String(data));
      socket.destroy();
    });
    socket.once('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
});

test('given certificate files are used from the next connection on, and open connections stay', async () => {
  const files = { cert: join(edge.home, 'own.pem'), key: join(edge.home, 'own.key') };
  const own = issueServerCertificate(await openAuthority(join(edge.home, 'own-ca')), new Date());
  const before = await edge.open();
  await expect(
    edge.edges.ensure(edge.ref, { ...defaultSettings, ...files }, deadline()),
  ).rejects.toMatchObject({
    code: 'edge_failed',
    path: 'edge',
  });
  await writeFile(files.cert, own.cert);
  await writeFile(files.key, own.key);
  const address = await edge.edges.ensure(edge.ref, { ...defaultSettings, ...files }, deadline());
  expect(address).toMatchObject({ port: edge.address.port, caFile: null });

  const after = await edge.open(undefined, { rejectUnauthorized: false });
  expect(after.getPeerX509Certificate()?.fingerprint256).toBe(new X509Certificate(own.cert).fingerprint256);
  expect(before.getPeerX509Certificate()?.fingerprint256).not.toBe(
    new X509Certificate(own.cert).fingerprint256,
  );
  before.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(String(await new Promise((resolve) => before.once('data', resolve)))).toMatch(/^HTTP\/1.1 200 /);
  before.destroy();
  after.destroy();
  expect(await edge.edges.ensure(edge.ref, defaultSettings, deadline())).toEqual(edge.address);
});

test('settings that are refused because of their port leave the certificate as it was', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const taken = holder.address();
  const port = typeof taken === 'object' && taken !== null ? taken.port : 0;
  const files = { cert: join(edge.home, 'refused.pem'), key: join(edge.home, 'refused.key') };
  const own = issueServerCertificate(await openAuthority(join(edge.home, 'refused-ca')), new Date());
  await writeFile(files.cert, own.cert);
  await writeFile(files.key, own.key);
  await expect(
    edge.edges.ensure(edge.ref, { ...defaultSettings, ...files, port }, deadline()),
  ).rejects.toMatchObject({ code: 'edge_port_in_use' });
  holder.close();
  // Answered by the certificate that clients trust.
  expect((await edge.getAnew('/')).status).toBe(200);
  expect(await edge.edges.address(edge.ref)).toEqual(edge.address);
});
