import type { IncomingMessage, RequestListener } from 'node:http';
import { Agent, request as sendRequest } from 'node:https';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';

import {
  deadline,
  defaultSettings,
  type EdgeUnderTest,
  eventually,
  startTestEdge,
  startUpstream,
} from '../../test/edge/edge-harness.ts';
import { withoutPreview, withPreview, withStable } from '../core/switching/route-table.ts';
import { workersOf } from '../../test/edge/edge-workers.ts';
import { openWebSocket, startWebSocketUpstream } from '../../test/edge/web-socket.ts';

const started: AsyncDisposable[] = [];

afterEach(async () => {
  // The newest first: what sends requests ends before what answers them.
  for (const one of started.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

async function keep<T extends AsyncDisposable>(starting: Promise<T>): Promise<T> {
  const one = await starting;
  started.push(one);
  return one;
}

interface Load extends AsyncDisposable {
  readonly answers: Map<string, number>;
  readonly failures: string[];
  stop(): Promise<void>;
}

/** Keeps `clients` requests going on connections that stay open. */
function startLoad(edge: EdgeUnderTest, clients: number): Load {
  const answers = new Map<string, number>();
  const failures: string[] = [];
  const stopping = new AbortController();
  async function client(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const { status, deployment, text } = await edge.get('/work', {
          method: 'POST',
          body: 'x'.repeat(2000),
        });
        const name = `${status} ${deployment} ${JSON.parse(text).name}`;
        answers.set(name, (answers.get(name) ?? 0) + 1);
      } catch (error) {
        failures.push(String(error));
      }
    }
  }
  const clientsRunning = Array.from({ length: clients }, client);
  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.all(clientsRunning);
  }
  return { answers, failures, stop, [Symbol.asyncDispose]: stop };
}

test.each([1, 3])(
  'with %i workers, no request fails and none goes back because of twenty switches',
  async (workers) => {
    const edge = await keep(startTestEdge({ settings: { workers } }));
    const blue = await keep(startUpstream('blue'));
    const green = await keep(startUpstream('green'));
    await edge.route('blue', [blue]);
    const load = startLoad(edge, 16);
    started.push(load);
    for (let round = 0; round < 10; round += 1) {
      for (const [id, upstream] of [
        ['green', green],
        ['blue', blue],
      ] as const) {
        await edge.route(id, [upstream]);
        // Acknowledged: from here on every request goes there, whichever worker and connection it comes through.
        const answers = await Promise.all(Array.from({ length: 8 }, () => edge.get('/')));
        expect(new Set(answers.map((answer) => answer.deployment))).toEqual(new Set([id]));
      }
    }
    await load.stop();
    expect(load.failures).toEqual([]);
    expect([...load.answers.keys()].toSorted()).toEqual(['200 blue blue', '200 green green']);
  },
);

test('a request, a stream and a socket end where they began, and are counted until then', async () => {
  const edge = await keep(startTestEdge());
  const streams: (() => void)[] = [];
  const blue = await keep(
    startWebSocketUpstream('blue', (request, response) => {
      if (request.url !== '/stream') return void response.end('blue');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: blue 1\n\n');
      streams.push(() => response.end('data: blue 2\n\n'));
    }),
  );
  const green = await keep(startWebSocketUpstream('green', (_, response) => response.end('green')));
  const table = await edge.route('blue', [blue]);

  const agent = new Agent({ ca: edge.ca });
  const stream = await new Promise<IncomingMessage>((resolve) =>
    sendRequest(`${edge.address.url}/stream`, { agent }, resolve).end(),
  );
  let streamed = '';
  stream.on('data', (chunk: Buffer) => (streamed += chunk.toString()));
  const socket = await openWebSocket(edge);
  expect(await socket.say('hello')).toBe('blue: hello');
  expect(socket.deployment).toBe('blue');

  const next = withStable(table, 'green');
  await edge.edges.put(edge.ref, { table: next, backends: { green: [green.address] } }, deadline());
  expect((await edge.get('/')).deployment).toBe('green');
  expect(await socket.say('still here')).toBe('blue: still here');
  expect((await edge.totals('blue')).active).toBe(2);

  streams[0]?.();
  await eventually('the stream to end', () => stream.readableEnded);
  expect(streamed).toBe('data: blue 1\n\ndata: blue 2\n\n');
  expect((await edge.totals('blue')).active).toBe(1);
  socket.close();
  await eventually('the socket to end', async () => (await edge.totals('blue')).active === 0);
  expect(await edge.totals('blue')).toMatchObject({ requests: 2, errors: 0 });
  agent.destroy();
});

test('a worker that is killed is replaced; connections wait meanwhile, and its counts are kept', async () => {
  const edge = await keep(startTestEdge());
  await edge.route('blue', [await keep(startUpstream('blue'))]);
  for (let turn = 0; turn < 10; turn += 1) await edge.get('/');
  await eventually('the counts to be read', async () => (await edge.totals('blue')).requests === 10);

  const [killed = 0] = await workersOf(edge);
  process.kill(killed, 'SIGKILL');
  await edge.agent.destroy();
  const answers = await Promise.all(Array.from({ length: 5 }, () => edge.getAnew('/')));
  expect(new Set(answers.map((answer) => `${answer.status} ${answer.deployment}`))).toEqual(
    new Set(['200 blue']),
  );
  expect(await workersOf(edge)).not.toContain(killed);
  expect((await edge.totals('blue')).requests).toBe(15);
});

test('a switch waits for a worker that is just being replaced', async () => {
  const edge = await keep(startTestEdge({ settings: { workers: 2 } }));
  const blue = await keep(startUpstream('blue'));
  const green = await keep(startUpstream('green'));
  await edge.route('blue', [blue]);
  const [killed = 0] = await workersOf(edge);
  process.kill(killed, 'SIGKILL');
  await edge.route('green', [green]);
  const answers = await Promise.all(Array.from({ length: 12 }, () => edge.getAnew('/')));
  expect(new Set(answers.map((answer) => answer.deployment))).toEqual(new Set(['green']));
});

test('a switch is acknowledged only when the last worker routes by it', async () => {
  const edge = await keep(startTestEdge({ settings: { workers: 2 } }));
  await edge.route('blue', [await keep(startUpstream('blue'))]);
  const [paused = 0] = await workersOf(edge);
  process.kill(paused, 'SIGSTOP');
  let isAcknowledged = false;
  const switched = edge
    .route('green', [await keep(startUpstream('green'))])
    .then(() => (isAcknowledged = true));
  const route = (): Promise<string> => readFile(join(edge.folder, 'route.json'), 'utf8');
  await eventually('the table to be written', async () => (await route()).includes('green'));
  await delay(300);
  expect(isAcknowledged).toBe(false);
  process.kill(paused, 'SIGCONT');
  await switched;
  const answers = await Promise.all(Array.from({ length: 8 }, () => edge.getAnew('/')));
  expect(new Set(answers.map((answer) => answer.deployment))).toEqual(new Set(['green']));
});

test('a worker that hangs does not hold up a switch for good', { timeout: 30_000 }, async () => {
  const edge = await keep(startTestEdge());
  await edge.route('blue', [await keep(startUpstream('blue'))]);
  const [hanging = 0] = await workersOf(edge);
  process.kill(hanging, 'SIGSTOP');
  await edge.route('green', [await keep(startUpstream('green'))]);
  expect((await edge.getAnew('/')).deployment).toBe('green');
});

test('a preview is an address of its own, and is gone when it leaves the table', async () => {
  const edge = await keep(startTestEdge());
  const blue = await keep(startUpstream('blue'));
  const held: (() => void)[] = [];
  const candidate = await keep(startUpstream('candidate', holding(held)));
  const table = await edge.route('blue', [blue]);
  const port = await edge.edges.freePort('edge', deadline());
  const backends = { blue: [blue.address], green: [candidate.address] };
  const previewed = withPreview(table, 'green', port);
  await edge.edges.put(edge.ref, { table: previewed, backends }, deadline());

  const url = `https://127.0.0.1:${port}`;
  expect(await edge.getUrl(`${url}/`)).toMatchObject({ status: 200, deployment: 'green', text: 'candidate' });
  expect((await edge.get('/')).deployment).toBe('blue');
  const slow = edge.getUrl(`${url}/slow`);
  await eventually('the request to arrive', () => held.length === 1);

  const without = withoutPreview(previewed, 'green');
  await edge.edges.put(edge.ref, { table: without, backends: { blue: [blue.address] } }, deadline());
  expect((await edge.totals('green')).active).toBe(1);
  held[0]?.();
  expect(await slow).toMatchObject({ status: 200, text: 'done' });
  await expect(edge.getAnew('/', port)).rejects.toThrow();

  const observation = await edge.edges.observe(edge.ref, deadline());
  expect(observation?.previews['green']).toMatchObject({ requests: 2, errors: 0 });
  expect(observation?.deployments['green']).toMatchObject({ requests: 0, active: 0 });
});

test('a preview on a port that is in use changes nothing', async () => {
  const edge = await keep(startTestEdge());
  const blue = await keep(startUpstream('blue'));
  const table = await edge.route('blue', [blue]);
  const taken = Number(blue.address.split(':')[1]);
  const put = edge.edges.put(
    edge.ref,
    { table: withPreview(table, 'green', taken), backends: { blue: [blue.address], green: [] } },
    deadline(),
  );
  await expect(put).rejects.toMatchObject({
    code: 'edge_port_in_use',
    message: expect.stringContaining(String(taken)),
  });
  expect((await edge.edges.observe(edge.ref, deadline()))?.generation).toBe(table.generation);
});

test('requests that are open when the edge stops are answered, and their connections closed', async () => {
  const edge = await keep(startTestEdge());
  const held: (() => void)[] = [];
  await edge.route('blue', [await keep(startUpstream('blue', holding(held)))]);
  const answer = edge.get('/slow');
  await eventually('the request to arrive', () => held.length === 1);
  const stopped = edge.edges.stop(edge.ref, deadline());
  await eventually('the edge to refuse new connections', () =>
    edge.getAnew('/').then(
      () => false,
      () => true,
    ),
  );
  held[0]?.();
  expect(await answer).toMatchObject({ status: 200, text: 'done', headers: { connection: 'close' } });
  await stopped;
  expect(await edge.edges.observe(edge.ref, deadline())).toBeNull();
});

test('requests that are open when the edge is killed are still answered', async () => {
  const edge = await keep(startTestEdge());
  const held: (() => void)[] = [];
  await edge.route('blue', [await keep(startUpstream('blue', holding(held)))]);
  const answer = edge.get('/slow');
  await eventually('the request to arrive', () => held.length === 1);
  const workers = await workersOf(edge);
  process.kill((await edge.record()).pid, 'SIGKILL');
  await delay(50);
  held[0]?.();
  expect(await answer).toMatchObject({ status: 200, text: 'done' });
  await eventually('its worker to end', () => workers.every((pid) => !isAlive(pid)));
});

test('port, certificate and number of workers change while it serves', async () => {
  const edge = await keep(startTestEdge());
  await edge.route('blue', [await keep(startUpstream('blue'))]);
  const load = startLoad(edge, 4);
  started.push(load);
  const more = { port: null, cert: null, key: null, workers: 3 };
  expect(await edge.edges.ensure(edge.ref, more, deadline())).toEqual(edge.address);
  expect((await workersOf(edge)).length).toBe(3);
  await edge.edges.ensure(edge.ref, { ...more, workers: 2 }, deadline());
  await eventually('a worker to end', async () => (await workersOf(edge)).length === 2);
  await load.stop();
  expect(load.failures).toEqual([]);

  const port = await edge.edges.freePort('edge', deadline());
  const moved = await edge.edges.ensure(edge.ref, { ...more, port }, deadline());
  expect(moved).toMatchObject({ port, url: `https://127.0.0.1:${port}` });
  expect((await edge.getAnew('/', port)).status).toBe(200);
  await expect(edge.getAnew('/', edge.address.port)).rejects.toThrow();
});

test('what is open at a worker that is too many still counts, until it ends', async () => {
  const edge = await keep(startTestEdge({ settings: { workers: 2 } }));
  const held: (() => void)[] = [];
  await edge.route('blue', [await keep(startUpstream('blue', holding(held)))]);
  const answers = Array.from({ length: 4 }, () => edge.getAnew('/slow'));
  await eventually('the requests to arrive', () => held.length === answers.length);
  const { requests } = await edge.totals('blue');

  await edge.edges.ensure(edge.ref, { ...defaultSettings, workers: 1 }, deadline());
  expect(await edge.totals('blue')).toMatchObject({ requests, active: 4 });
  for (const answer of held) answer();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  await eventually('the worker to end', async () => (await workersOf(edge)).length === 1);
  expect(await edge.totals('blue')).toMatchObject({ requests: requests + 4, active: 0 });
});

test('what is open at a worker that is too many outlives the drain time of the edge', async () => {
  const edge = await keep(startTestEdge({ settings: { workers: 2 }, limits: { drainMs: 200 } }));
  const held: (() => void)[] = [];
  await edge.route('blue', [await keep(startUpstream('blue', holding(held)))]);
  const answers = Array.from({ length: 4 }, () => edge.getAnew('/slow'));
  await eventually('the requests to arrive', () => held.length === answers.length);
  const workers = await workersOf(edge);

  await edge.edges.ensure(edge.ref, { ...defaultSettings, workers: 1 }, deadline());
  await delay(1_000);
  expect(await workersOf(edge)).toEqual(workers);
  for (const answer of held) answer();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  await eventually('the worker to end', async () => (await workersOf(edge)).length === 1);
});

test('a worker that is too many ends with its edge, after the drain time at the latest', async () => {
  const edge = await keep(startTestEdge({ settings: { workers: 2 }, limits: { drainMs: 200 } }));
  const held: (() => void)[] = [];
  await edge.route('blue', [await keep(startUpstream('blue', holding(held)))]);
  const answers = Array.from({ length: 4 }, () => edge.getAnew('/slow').catch((error: unknown) => error));
  await eventually('the requests to arrive', () => held.length === answers.length);
  const workers = await workersOf(edge);
  await edge.edges.ensure(edge.ref, { ...defaultSettings, workers: 1 }, deadline());
  await edge.edges.stop(edge.ref, deadline());
  await eventually('its workers to end', () => workers.every((pid) => !isAlive(pid)));
  expect(await Promise.all(answers)).toEqual(answers.map(() => expect.any(Error)));
  const log = await readFile(join(edge.folder, 'access.log'), 'utf8');
  const cut = log.split('\n').filter((line) => line.includes('"edge_ended"'));
  expect(cut.map((line) => JSON.parse(line).path)).toEqual(answers.map(() => '/slow'));
});

/** Answers at once, except `/slow`, whose answers are held until they are called for. */
function holding(held: (() => void)[]): RequestListener {
  return (request, response) => {
    if (request.url === '/slow') held.push(() => response.end('done'));
    else response.end('candidate');
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
