// Holds streams and sockets open for seconds at a time, across switches: each has to end as it began, by the deployment
// that it began with, and never before its client ends it.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { Agent } from 'undici';

import { messageOf } from '../../src/lib/message-of.ts';
import { openWebSocket } from '../../test/harness/web-socket.ts';
import { isOver, type LiveBoard } from './live-board.ts';

export interface HoldOrder {
  readonly origin: string;
  readonly caFile: string;
  readonly streams: number;
  readonly sockets: number;
  /** How long each is held. */
  readonly holdMs: number;
  readonly board: LiveBoard;
}

export interface HoldCount {
  streams: number;
  sockets: number;
  /** Ended before their time. */
  cut: number;
  /** Went over to another deployment in the middle. */
  moved: number;
  readonly problems: Record<string, number>;
}

const sayEveryMs = 250;

const { origin, caFile, streams, sockets, holdMs, board } = workerData as HoldOrder;
const count: HoldCount = { streams: 0, sockets: 0, cut: 0, moved: 0, problems: {} };
const agent = new Agent({
  connect: { ca: await readFile(caFile, 'utf8') },
  connections: streams,
  pipelining: 1,
  bodyTimeout: 30_000,
});

await Promise.all([
  ...Array.from({ length: streams }, () => again(holdStream)),
  ...Array.from({ length: sockets }, () => again(holdSocket)),
]);
await agent.destroy();
parentPort?.postMessage(count);

async function again(hold: () => Promise<void>): Promise<void> {
  while (!isOver(board)) {
    await hold().catch((error: unknown) => {
      count.cut += 1;
      const problem = messageOf(error);
      count.problems[problem] = (count.problems[problem] ?? 0) + 1;
    });
  }
}

/** The program sends who it is several times a second, and ends the stream after `holdMs`. */
async function holdStream(): Promise<void> {
  count.streams += 1;
  const { body } = await agent.request({ origin, path: `/ticks?ms=${holdMs}`, method: 'GET' });
  const text = await body.text();
  const events = text.split('\n\n').filter((event) => event !== '');
  if (events.at(-1) !== 'data: end') throw new Error('a stream ended before its end');
  if (new Set(events.slice(0, -1)).size !== 1) count.moved += 1;
}

async function holdSocket(): Promise<void> {
  count.sockets += 1;
  const socket = await openWebSocket({ url: origin, caFile });
  const first = await socket.say('x');
  const endsAt = performance.now() + holdMs;
  while (performance.now() < endsAt && !isOver(board)) {
    await delay(sayEveryMs);
    if ((await socket.say('x')) !== first) count.moved += 1;
  }
  await socket.close();
}
