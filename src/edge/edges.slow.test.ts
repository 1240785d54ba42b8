import { createServer } from 'node:net';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

import {
  deadline,
  defaultSettings,
  type EdgeUnderTest,
  eventually,
  startTestEdge,
  startUpstream,
  type Upstream,
} from '../../test/edge/edge-harness.ts';
import { isRunning, signalProcess } from '../lib/process-identity.ts';
import { processEdges } from './edges.ts';

const started: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one[Symbol.asyncDispose]();
});

async function edgeWith(...options: Parameters<typeof startTestEdge>): Promise<EdgeUnderTest> {
  const edge = await startTestEdge(...options);
  started.push(edge);
  return edge;
}

async function withPid(file: string, pid: number): Promise<string> {
  return JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), pid });
}

async function upstream(...options: Parameters<typeof startUpstream>): Promise<Upstream> {
  const server = await startUpstream(...options);
  started.push(server);
  return server;
}

test('an edge serves the stable deployment over HTTPS and names it in every answer', async () => {
  const edge = await edgeWith();
  expect(await edge.get('/')).toMatchObject({ status: 503, deployment: null });

  await edge.route('production-1', [await upstream('one')]);
  const answer = await edge.get('/v1/tickets?id=7');
  expect(answer).toMatchObject({ status: 200, deployment: 'production-1' });
  expect(JSON.parse(answer.text)).toMatchObject({ name: 'one', url: '/v1/tickets?id=7' });
});

test('two that ensure an edge at the same time start one, and a later one adopts it', async () => {
  const edge = await edgeWith();
  await edge.edges.stop(edge.ref, deadline());
  const others = [0, 1, 2].map(() => processEdges({ home: edge.home }));
  const addresses = await Promise.all(
    others.map((edges) => edges.ensure(edge.ref, defaultSettings, deadline())),
  );
  expect(new Set(addresses.map(({ port }) => port))).toEqual(new Set([edge.address.port]));
  const { pid } = await edge.record();
  expect(await edge.edges.ensure(edge.ref, defaultSettings, deadline())).toEqual(addresses[0]);
  expect((await edge.record()).pid).toBe(pid);
});

test('an edge that was killed comes back on its port with its routes', async () => {
  const edge = await edgeWith();
  const table = await edge.route('production-1', [await upstream('one')]);
  const killed = await edge.record();
  await signalProcess(killed, 'SIGKILL');
  await eventually('the edge to be gone', async () => !(await isRunning(killed)));
  expect(await edge.edges.observe(edge.ref, deadline())).toBeNull();

  const again = await edge.edges.ensure(edge.ref, defaultSettings, deadline());
  expect(again).toEqual(edge.address);
  expect((await edge.record()).pid).not.toBe(killed.pid);
  expect((await edge.edges.observe(edge.ref, deadline()))?.table).toEqual(table);
  expect(await edge.get('/')).toMatchObject({ status: 200, deployment: 'production-1' });
});

test('an edge that was killed beside a damaged table comes back without routes, and takes the decided ones', async () => {
  const edge = await edgeWith();
  const one = await upstream('one');
  const table = await edge.route('production-1', [one]);
  const killed = await edge.record();
  await writeFile(join(edge.folder, 'route.json'), 'garbage\n');
  await signalProcess(killed, 'SIGKILL');
  await eventually('the edge to be gone', async () => !(await isRunning(killed)));

  expect(await edge.edges.ensure(edge.ref, defaultSettings, deadline())).toEqual(edge.address);
  expect((await edge.getAnew('/')).status).toBe(503);
  expect(await readFile(join(edge.folder, 'edge.log'), 'utf8')).toContain('route.json was damaged');
  await edge.edges.put(edge.ref, { table, backends: { 'production-1': [one.address] } }, deadline());
  expect((await edge.getAnew('/')).deployment).toBe('production-1');
});

test.each<[string, (file: string) => Promise<void>]>([
  ['is lost', (file) => rm(file)],
  ['is damaged', (file) => writeFile(file, '{')],
  ['names another process', async (file) => writeFile(file, await withPid(file, 1))],
])('an edge whose record %s writes it again, and is the one that is found', async (_, harm) => {
  const edge = await edgeWith();
  await edge.route('production-1', [await upstream('one')]);
  const record = await edge.record();
  await harm(join(edge.folder, 'edge.json'));
  expect(await edge.edges.ensure(edge.ref, defaultSettings, deadline())).toEqual(edge.address);
  expect(await edge.record()).toEqual(record);
  expect((await edge.getAnew('/')).deployment).toBe('production-1');
  const log = await readFile(join(edge.folder, 'edge.log'), 'utf8');
  expect(log.match(/edge\.json was lost/g)).toHaveLength(1);
});

test('a damaged record keeps no edge from starting', async () => {
  const edge = await edgeWith();
  await edge.edges.stop(edge.ref, deadline());
  await writeFile(join(edge.folder, 'edge.json'), '{');
  expect(await edge.edges.address(edge.ref)).toBeNull();
  const { port } = await edge.edges.ensure(edge.ref, defaultSettings, deadline());
  expect((await edge.record()).port).toBe(port);
  expect(await readFile(join(edge.folder, 'edge.log'), 'utf8')).toContain('edge.json was damaged');
});

test('an edge that stands still for a while is waited for', async () => {
  const edge = await edgeWith();
  const record = await edge.record();
  await signalProcess(record, 'SIGSTOP');
  const again = edge.edges.ensure(edge.ref, defaultSettings, deadline());
  await expect(edge.edges.observe(edge.ref, deadline())).rejects.toMatchObject({
    message: `The edge on port ${record.port} does not answer.`,
  });
  await signalProcess(record, 'SIGCONT');
  expect(await again).toEqual(edge.address);
  expect(await edge.record()).toEqual(record);
});

test('an edge that runs but stays silent is replaced, on its port and with its routes', async () => {
  const edge = await edgeWith();
  const table = await edge.route('production-1', [await upstream('one')]);
  const silent = await edge.record();
  await signalProcess(silent, 'SIGSTOP');
  const edges = processEdges({ home: edge.home, longestSilenceMs: 3_000 });
  expect(await edges.ensure(edge.ref, defaultSettings, deadline())).toEqual(edge.address);
  expect(await isRunning(silent)).toBe(false);
  expect((await edges.observe(edge.ref, deadline()))?.table).toEqual(table);
  expect((await edge.getAnew('/')).deployment).toBe('production-1');
  expect(await readFile(join(edge.folder, 'edge.log'), 'utf8')).toContain('stayed silent and is replaced');
});

test('an edge that stays silent is seen as none, so that whoever looks has it replaced', async () => {
  const edge = await edgeWith();
  const silent = await edge.record();
  await rm(silent.socket);
  const edges = processEdges({ home: edge.home, longestSilenceMs: 500 });
  let silentFor = 0;
  const isNone = async (): Promise<boolean> => {
    silentFor += 1;
    return (await edges.observe(edge.ref, deadline()).catch(() => 'no answer')) === null;
  };
  await eventually('the edge to be given up', isNone);
  expect(silentFor).toBeGreaterThan(2);
  expect(await isRunning(silent)).toBe(true);
  expect(await edges.ensure(edge.ref, defaultSettings, deadline())).toEqual(edge.address);
  expect(await isRunning(silent)).toBe(false);
});

test('the address of an edge can be read without one: it is kept when the edge ends, and nothing is started', async () => {
  const edge = await edgeWith();
  expect(await edge.edges.address({ ...edge.ref, environment: 'staging' })).toBeNull();
  await edge.edges.stop(edge.ref, deadline());
  expect(await edge.edges.address(edge.ref)).toEqual(edge.address);
  expect(await isRunning(await edge.record())).toBe(false);
});

test('a configured port that another program holds is named', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const failure = startTestEdge({ settings: { port } }).catch((error: unknown) => error);
  expect(await failure).toMatchObject({
    code: 'edge_port_in_use',
    message: expect.stringContaining(String(port)),
  });
  holder.close();
});

test('a stale table is refused and changes nothing; equal routes may come again with other replicas', async () => {
  const edge = await edgeWith();
  const [one, two] = [await upstream('one'), await upstream('two')];
  const first = await edge.route('production-1', [one]);
  const second = await edge.route('production-2', [two]);
  const stale = edge.edges.put(
    edge.ref,
    { table: first, backends: { 'production-1': [one.address] } },
    deadline(),
  );
  await expect(stale).rejects.toMatchObject({ code: 'route_stale' });
  expect((await edge.get('/')).deployment).toBe('production-2');

  await edge.edges.put(edge.ref, { table: second, backends: { 'production-2': [one.address] } }, deadline());
  expect(JSON.parse((await edge.get('/')).text)).toMatchObject({ name: 'one' });
});

test('a table without addresses for what it names is refused', async () => {
  const edge = await edgeWith();
  const table = await edge.route(null, []);
  const rules = [{ audience: null, split: [{ deployment: 'production-9', weight: 1 }], key: null }];
  const routes = { table: { ...table, generation: 7, rules }, backends: {} };
  await expect(edge.edges.put(edge.ref, routes, deadline())).rejects.toMatchObject({
    code: 'route_invalid',
    detail: ['backends.production-9: has no addresses'],
  });
});

test('the files and the socket of an edge are for its user only', async () => {
  const edge = await edgeWith();
  await edge.route(null, []);
  const { socket } = await edge.record();
  for (const file of [socket, join(edge.folder, 'edge.json'), join(edge.folder, 'route.json')]) {
    expect((await stat(file)).mode & 0o077).toBe(0);
  }
  const commandLine = await readFile(`/proc/${(await edge.record()).pid}/cmdline`, 'utf8');
  expect(commandLine).not.toContain((await edge.record()).token);
});
