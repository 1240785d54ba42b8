import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

import { emptyRedactor } from '../../../core/secrets/redaction.ts';
import { freePort } from '../../../lib/free-port.ts';
import { isHealthyStatus, readyCheckOf, runCheck, untilReady } from './readiness.ts';

const cleanups: (() => unknown)[] = [];
const signal = AbortSignal.timeout(60_000);
const health = { ready: null, live: null, run: null, seconds: 30 };
const inside = (command: string) => ({ command, cwd: '/', env: {} });
const host = '127.0.0.1';
const address = { host, port: 1 };
const context = { address: null, inside, redactor: emptyRedactor };

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

test.for([
  [health, { ...context, address }, { kind: 'tcp', ...address }],
  [
    { ...health, ready: '/readyz' },
    { ...context, address },
    { kind: 'http', ...address, path: '/readyz' },
  ],
  [
    { ...health, run: 'true', ready: '/r' },
    { ...context, address },
    { kind: 'http', ...address, path: '/r' },
  ],
  [
    { ...health, run: 'true' },
    context,
    { kind: 'command', command: 'true', cwd: '/', env: {}, redactor: emptyRedactor },
  ],
  [{ ...health, seconds: 3 }, context, { kind: 'alive', forMs: 3000 }],
] as const)('health %j with %j is asked by %j', ([given, where, check]) => {
  expect(readyCheckOf(given, where)).toEqual(check);
});

test.for([
  [199, false],
  [200, true],
  [204, true],
  [302, true],
  [399, true],
  [400, false],
  [404, false],
  [503, false],
] as const)('status %d is healthy: %s', ([status, healthy]) => {
  expect(isHealthyStatus(status)).toBe(healthy);
});

test('a redirect is an answer and is not followed', async () => {
  const paths: string[] = [];
  const port = await serve((request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(await runCheck({ kind: 'http', host, port, path: '/ready' }, signal)).toBeNull();
  expect(paths).toEqual(['/ready']);
});

test('what a failed check saw is said', async () => {
  const nobody = await freePort();
  const failing = await serve((_, response) => response.writeHead(500).end('x'.repeat(100_000)));
  const rude = await serve((request) => request.socket.destroy());
  expect(await runCheck({ kind: 'http', host, port: failing, path: '/r' }, signal)).toBe(
    'GET /r answered 500',
  );
  expect(await runCheck({ kind: 'http', host, port: rude, path: '/r' }, signal)).toBe(
    'GET /r failed: socket hang up',
  );
  expect(await runCheck({ kind: 'tcp', host, port: nobody }, signal)).toBe(
    `nothing listens on its port ${nobody}`,
  );
  const folder = await temporaryFolder();
  const command = {
    kind: 'command',
    command: 'echo no queue; exit 4',
    cwd: folder,
    env: {},
    redactor: emptyRedactor,
  } as const;
  expect(await runCheck(command, signal)).toBe('health.run ended with exit code 4: no queue');
});

test('a server that never answers does not hold a check up', async () => {
  const port = await serve(() => undefined);
  expect(await runCheck({ kind: 'http', host, port, path: '/r' }, signal)).toBe(
    'GET /r was not answered within 2 s',
  );
});

test('waiting ends with the first check that passes', async () => {
  let asked = 0;
  const port = await serve((_, response) => response.writeHead((asked += 1) < 4 ? 503 : 200).end());
  const findings: string[] = [];
  const options = { timeoutMs: 10_000, signal, onFinding: (finding: string) => findings.push(finding) };
  expect(await untilReady({ kind: 'http', host, port, path: '/r' }, options)).toBeNull();
  expect(findings).toEqual(Array.from({ length: 3 }, () => 'GET /r answered 503'));
});

test('waiting ends when the time is over, with what was seen last, and when it is aborted', async () => {
  const port = await serve((_, response) => response.writeHead(503).end());
  const check = { kind: 'http', host, port, path: '/r' } as const;
  const onFinding = () => undefined;
  expect(await untilReady(check, { timeoutMs: 200, signal, onFinding })).toBe('GET /r answered 503');
  const aborted = AbortSignal.abort(new Error('enough'));
  await expect(untilReady(check, { timeoutMs: 200, signal: aborted, onFinding })).rejects.toThrow('enough');
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'readiness-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  return folder;
}
