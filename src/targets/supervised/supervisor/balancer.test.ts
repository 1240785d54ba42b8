import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';

import { freePort } from '../../../lib/free-port.ts';
import type { Address } from '../runtime.ts';
import { Balancer } from './balancer.ts';

const open: { close: () => void }[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

test('connections go to the replicas in turn', async () => {
  const ports = await Promise.all(['a', 'b', 'c'].map((name) => replica((socket) => socket.end(name))));
  const address = await balancer(() => ports);
  const answers: string[] = [];
  for (let count = 0; count < 6; count += 1) answers.push(await text(call(address)));
  expect(answers.toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
});

test('a replica that refuses is passed over', async () => {
  const ports = [await freePort(), await replica((socket) => socket.end('alive')), await freePort()];
  const address = await balancer(() => ports);
  const answers = await Promise.all(Array.from({ length: 5 }, () => text(call(address))));
  expect(answers).toEqual(Array.from({ length: 5 }, () => 'alive'));
});

test('with no replica that answers the connection is reset', async () => {
  const dead = await freePort();
  for (const ports of [[], [dead]]) {
    await expect(text(call(await balancer(() => ports)))).rejects.toThrow('ECONNRESET');
  }
});

test('what the replicas are is asked for each connection', async () => {
  let ports = [await replica((socket) => socket.end('old'))];
  const address = await balancer(() => ports);
  expect(await text(call(address))).toBe('old');
  ports = [await replica((socket) => socket.end('new'))];
  expect(await text(call(address))).toBe('new');
});

test('a client that has sent all it had still gets the whole answer', async () => {
  const port = await replica(async (socket) => {
    const asked = await text(socket);
    socket.end(`${asked} ${'x'.repeat(1_000_000)}`);
  });
  const client = call(await balancer(() => [port]));
  client.end('question');
  const answer = await text(client);
  expect(answer).toHaveLength(1_000_009);
  expect(answer.startsWith('question x')).toBe(true);
});

test('an answer that a replica cuts off is a reset, not an end', async () => {
  const port = await replica((socket) => {
    socket.write('half of ');
    socket.once('data', () => socket.resetAndDestroy());
  });
  const client = call(await balancer(() => [port]));
  await once(client, 'readable');
  client.write('go');
  await expect(text(client)).rejects.toThrow('ECONNRESET');
});

test('a client that goes away takes its connection to the replica with it', async () => {
  const closed = Promise.withResolvers<void>();
  const port = await replica((socket) => {
    socket.on('close', () => closed.resolve());
    socket.write('hello');
  });
  const client = call(await balancer(() => [port]));
  await once(client, 'readable');
  client.resetAndDestroy();
  await closed.promise;
});

test('closing cuts what is open', async () => {
  const port = await replica((socket) => {
    socket.write('hello');
  });
  const balancing = new Balancer(() => [at(port)]);
  const client = call(await balancing.listen());
  await once(client, 'readable');
  balancing.close();
  await expect(text(client)).rejects.toThrow('ECONNRESET');
});

async function balancer(ports: () => readonly number[]): Promise<number> {
  const balancing = new Balancer(() => ports().map(at));
  open.push(balancing);
  return balancing.listen();
}

/** Of this machine. */
function at(port: number): Address {
  return { host: '127.0.0.1', port };
}

async function replica(answer: (socket: Socket) => unknown): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', ignored);
    void answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function call(port: number): Socket {
  return connect({ host: '127.0.0.1', port, allowHalfOpen: true }).on('error', ignored);
}

/** Resets are what some of these tests are about; those that matter are seen by who reads. */
function ignored(): void {}
