import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  deadline,
  type EdgeUnderTest,
  eventually,
  exchangeRaw,
  startTestEdge,
  startUpstream,
} from '../../test/edge/edge-harness.ts';
import { emptyRouteTable, withoutPreview, withPreview, withStable } from '../core/switching/route-table.ts';

let edge: EdgeUnderTest;

beforeAll(async () => {
  edge = await startTestEdge({ limits: { headersMs: 600, bodyBytes: 1000 } });
});
afterAll(() => edge[Symbol.asyncDispose]());

async function logged(): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(join(edge.folder, 'access.log'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

async function refused(code: string): Promise<number> {
  return (await edge.edges.observe(edge.ref, deadline()))?.refused[code] ?? 0;
}

const host = 'Host: a\r\nConnection: close';

test.each<[string, string, Record<string, unknown>]>([
  [
    'that no deployment is live for',
    `GET /tickets?token=hunter2 HTTP/1.1\r\n${host}\r\n\r\n`,
    { method: 'GET', path: '/tickets', status: 503, error: 'no_deployment' },
  ],
  [
    'for another protocol that no deployment is live for',
    'GET /socket HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    { method: 'GET', path: '/socket', status: 503, error: 'no_deployment' },
  ],
  [
    'whose head is invalid',
    'GET /x HTTP/1.1\r\nConnection: close\r\n\r\n',
    { method: 'GET', path: '/x', status: 400, error: 'request_invalid' },
  ],
  [
    'whose target names a user',
    'GET http://joe:hunter2@a b/ HTTP/1.1\r\n\r\n',
    { status: 400, error: 'request_invalid' },
  ],
  [
    'that cannot be read',
    'nonsense\r\n\r\n',
    { method: '', path: '', status: 400, error: 'request_invalid' },
  ],
  [
    'whose body is too large',
    `POST /big HTTP/1.1\r\n${host}\r\nContent-Length: 1001\r\n\r\n`,
    { method: 'POST', path: '/big', status: 413, error: 'body_too_large' },
  ],
  [
    'whose header fields are too large',
    `GET /long HTTP/1.1\r\n${host}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    { status: 431, error: 'headers_too_large' },
  ],
  ['that does not arrive', 'GET /slow HTTP/1.1\r\n', { status: 408, error: 'request_timeout' }],
  [
    'that expects what nobody meets',
    `GET /x HTTP/1.1\r\n${host}\r\nExpect: tea\r\n\r\n`,
    { method: 'GET', path: '/x', status: 417, error: 'expectation_unknown' },
  ],
  [
    'for a tunnel',
    `CONNECT b:443 HTTP/1.1\r\n${host}\r\n\r\n`,
    { method: 'CONNECT', path: '', status: 405, error: 'method_refused' },
  ],
])('a request %s is in the log without a deployment, and is counted', async (_, bytes, line) => {
  const { length } = await logged();
  const code = String(line['error']);
  const before = await refused(code);
  expect(await exchangeRaw(edge, bytes)).toContain(`HTTP/1.1 ${String(line['status'])} `);
  await eventually('its line', async () => (await logged()).length > length);
  const lines = (await logged()).slice(length);
  expect(lines).toMatchObject([{ ...line, client: '127.0.0.1', deployment: null, preview: false }]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(await refused(code)).toBe(before + 1);
});

test('what the edge may answer itself is in the log and no refusal', async () => {
  const { length } = await logged();
  await exchangeRaw(edge, `OPTIONS * HTTP/1.1\r\n${host}\r\n\r\n`);
  await eventually('its line', async () => (await logged()).length > length);
  expect((await logged()).at(-1)).toMatchObject({ method: 'OPTIONS', path: '*', status: 204, error: null });
  expect(await refused('options')).toBe(0);
});

test('a request to a preview that is gone is in the log as one of a preview', async () => {
  await using blue = await startUpstream('blue');
  const port = await edge.edges.freePort('edge', deadline());
  const stable = withStable(emptyRouteTable, 'blue');
  const shown = withPreview(stable, 'green', port);
  const backends = { blue: [blue.address], green: [blue.address] };
  await edge.edges.put(edge.ref, { table: shown, backends }, deadline());
  const socket = await edge.open(port);
  await edge.edges.put(edge.ref, { table: withoutPreview(shown, 'green'), backends }, deadline());
  socket.resume().write('GET /late HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually('its line', async () => (await logged()).some(({ path }) => path === '/late'));
  expect((await logged()).at(-1)).toMatchObject({ error: 'preview_gone', deployment: null, preview: true });
  expect(await refused('preview_gone')).toBe(1);
  socket.destroy();
});
