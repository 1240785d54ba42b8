import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { afterAll, expect, test } from 'vitest';

import type { HealthCheck } from '../../src/cli/server-verbs.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { processesOf } from '../harness/leftovers.ts';
import { listenersOf, loopback } from '../harness/listeners.ts';
import { openProject } from '../harness/project.ts';
import { expectUnchanged } from '../harness/unchanged.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');
hello.commit({ 'deployer.yaml': helloSpec(), [helloFile]: helloProgram() });
const first = await hello.ship();
const server = await home.server();
if (server === null) throw new Error('no server');

const api = new Client('http://localhost', { socketPath: server.socket });
afterAll(() => api.close());

test.runIf(process.platform === 'linux')('nothing of a home listens beyond this machine', async () => {
  const lines = await processesOf(home.home.root, { graceMs: 0 });
  const listeners = await listenersOf(lines.map((line) => Number.parseInt(line, 10)));
  const port = Number(new URL((await hello.environment('production')).url ?? '').port);
  expect(listeners.map((listener) => listener.port)).toContain(port);
  expect(listeners.filter(({ address }) => !loopback.includes(address))).toEqual([]);
  // The server and the database are reached by Unix sockets only.
  expect(listeners.filter(({ pid }) => pid === server.pid)).toEqual([]);
});

test('the home and the socket of its server are only its owner’s', async () => {
  expect((await stat(home.home.root)).mode & 0o777).toBe(0o700);
  expect((await stat(server.socket)).mode & 0o777).toBe(0o600);
  expect((await stat(home.home.serverFile)).mode & 0o077).toBe(0);
});

test('the edge speaks to nobody without TLS', async () => {
  const { url } = await hello.environment('production');
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(url ?? '').port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', () => null);
    socket.on('close', () => resolve(text));
    socket.write('GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });
  expect(answer).not.toContain('hello');
});

interface BadRequest {
  readonly what: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly actor?: string;
}

const ship = {
  integration: 'hello',
  folder: '.',
  commit: null,
  release: null,
  to: null,
  note: null,
  env: {},
};
const badRequests: readonly BadRequest[] = [
  {
    what: 'an empty ship',
    path: '/v1/runs',
    body: {},
    status: 400,
    code: 'request_invalid',
    field: 'integration',
  },
  {
    what: 'a ship of nothing',
    path: '/v1/runs',
    body: ship,
    status: 400,
    code: 'request_invalid',
    field: 'commit',
  },
  {
    what: 'a field that does not exist',
    path: '/v1/runs',
    body: { ...ship, commit: 'abcdef1', force: true },
    status: 400,
    code: 'request_invalid',
    field: 'force',
  },
  {
    what: 'a ship to an unknown environment',
    path: '/v1/runs',
    body: { ...ship, release: 'RELEASE', to: 'moon' },
    status: 404,
    code: 'environment_not_found',
    field: 'to',
  },
  {
    what: 'a number for a reason',
    path: '/v1/integrations/hello/environments/production/rollback',
    body: { to: null, reason: 7 },
    status: 400,
    code: 'request_invalid',
    field: 'reason',
  },
  {
    what: 'a rollback of an unknown integration',
    path: '/v1/integrations/nobody/environments/production/rollback',
    body: { to: null, reason: null },
    status: 404,
    code: 'environment_not_found',
  },
  {
    what: 'a hold without a reason',
    path: '/v1/integrations/hello/releases/abcdef/hold',
    body: { environment: null, reason: '' },
    status: 400,
    code: 'request_invalid',
    field: 'reason',
  },
  {
    what: 'a decision by nobody',
    path: '/v1/runs/hello-1/approve',
    body: { binding: 'sha256:0', reason: null },
    status: 401,
    code: 'identity_missing',
    actor: '',
  },
  {
    what: 'an actor that is not percent-encoded',
    path: '/v1/runs/hello-1/approve',
    body: { binding: 'sha256:0', reason: null },
    status: 400,
    code: 'request_invalid',
    field: 'x-deployer-actor',
    actor: '%',
  },
  { what: 'an unknown call', path: '/v1/drop-everything', body: {}, status: 404, code: 'usage' },
];

test.each(badRequests)(
  '$what: refused with its reason and the field, and nothing is changed',
  async (bad) => {
    await expectUnchanged(hello, 'production', async () => {
      const { release } = await hello.view(first.run);
      const body = JSON.stringify(bad.body).replace('RELEASE', release ?? '');
      const answer = await post(bad.path, body, bad.actor ?? 'engineer@example.com');
      expect(answer.status).toBe(bad.status);
      expect(answer.error).toMatchObject({ code: bad.code, hint: expect.stringMatching(/./) });
      if (bad.field !== undefined) expect(JSON.stringify(answer.error)).toContain(bad.field);
      const { runs } = await hello.read<{ runs: readonly unknown[] }>('runs');
      expect(runs).toHaveLength(1);
    });
  },
);

const badLooks = [
  { what: 'a tail that is no number', query: 'tail=abc', code: 'request_invalid', says: 'tail' },
  { what: 'a tail that begins as a number', query: 'tail=5x', code: 'request_invalid', says: 'tail' },
  {
    what: 'a deployment of another environment',
    environment: 'staging',
    query: 'deployment=production-1',
    code: 'deployment_not_found',
    says: 'deployer logs production --deployment production-1',
  },
];

test.each(badLooks)('logs with $what: refused, saying why', async ({ environment, query, code, says }) => {
  const path = `/v1/integrations/hello/environments/${environment ?? 'production'}/logs?${query}`;
  const answer = await answerOf(await api.request({ method: 'GET', path }));
  expect(answer.status).toBe(code === 'request_invalid' ? 400 : 404);
  expect(answer.error).toMatchObject({ code });
  expect(JSON.stringify(answer.error)).toContain(says);
});

test('what is not JSON is refused as such', async () => {
  const answer = await post('/v1/runs', '{"integration": ', 'engineer@example.com');
  expect(answer).toMatchObject({ status: 400, error: { code: 'request_invalid' } });
});

test('a body that is far too large is refused before it is read', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(server.socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(
      'POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nX-Deployer-Actor: engineer@example.com\r\n' +
        'Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n{"integration"',
    );
  });
  expect(answer).toMatch(/^HTTP\/1.1 400 .*request_invalid.*too large/s);
});

const badCommands = [
  { args: ['shp'], says: 'ship' },
  { args: ['ship', '--too', 'production'], says: '--to' },
  { args: ['rollback'], says: 'environment' },
  { args: ['uat', 'maybe'], says: 'pass' },
  { args: ['ship', '--commit', 'HEAD', '--release', 'abcdef'], says: '--commit' },
  { args: ['hold', 'abcdef'], says: '--reason' },
];

test.each(badCommands)('the command line $args: exit code 2, and what is wrong', async ({ args, says }) => {
  const refused = await hello.refused(args);
  expect(refused).toMatchObject({ exit: 2, code: 'usage' });
  expect(`${refused.message} ${refused.hint}`).toContain(says);
});

test.runIf(process.platform === 'linux')(
  'doctor names a component that listens beyond this machine, and no other',
  async () => {
    expect((await hello.run(['doctor'])).out).not.toContain('beyond this machine');
    const wide = openProject(home, 'wide');
    wide.commit({
      'deployer.yaml': { ...helloSpec(), integration: { key: 'wide' } },
      [helloFile]: helloProgram().replace('process.env.HOST', `'0.0.0.0'`),
    });
    expect((await wide.ship()).code).toBe(0);
    const { code, out } = await wide.run(['doctor', '--json']);
    expect(code).toBe(1);
    const { checks } = JSON.parse(out) as { checks: readonly HealthCheck[] };
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      {
        name: 'wide/production-1 web',
        ok: false,
        detail: expect.stringMatching(/^it listens on 0\.0\.0\.0:\d+, beyond this machine$/),
        hint: expect.stringContaining('HOST'),
      },
    ]);
  },
);

interface Refused {
  readonly status: number;
  readonly error: unknown;
}

async function post(path: string, body: string, actor: string): Promise<Refused> {
  const headers = {
    'content-type': 'application/json',
    ...(actor === '' ? {} : { 'x-deployer-actor': actor }),
  };
  return await answerOf(await api.request({ method: 'POST', path, headers, body }));
}

async function answerOf({ statusCode, body }: Dispatcher.ResponseData): Promise<Refused> {
  const { error } = (await body.json()) as { error: unknown };
  return { status: statusCode, error };
}
