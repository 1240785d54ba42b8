import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { Agent, type Dispatcher } from 'undici';

import { messageOf } from '../../src/lib/message-of.ts';
import { countRequest, expectation, isOver, type LiveBoard } from './live-board.ts';

/** What a thread is told. */
export interface LoadOrder {
  readonly origin: string;
  readonly caFile: string;
  /** Clients that keep their connection. */
  readonly keepAlive: number;
  /** Clients that open a connection for every request. */
  readonly fresh: number;
  readonly board: LiveBoard;
}

/** What a thread has seen. */
export interface LoadCount {
  requests: number;
  failed: number;
  /** Answered by a deployment that was not live while the request went on. */
  wrong: number;
  readonly problems: Record<string, number>;
  readonly deployments: Record<string, number>;
}

const timeoutMs = 10_000;

const order = workerData as LoadOrder;
const count: LoadCount = { requests: 0, failed: 0, wrong: 0, problems: {}, deployments: {} };
const ca = await readFile(order.caFile, 'utf8');
const kept = new Agent({ connect: { ca }, connections: order.keepAlive, pipelining: 1 });

await Promise.all([
  ...Array.from({ length: order.keepAlive }, () => client(() => kept)),
  ...Array.from({ length: order.fresh }, () => client(() => new Agent({ connect: { ca }, pipelining: 0 }))),
]);
await kept.close();
parentPort?.postMessage(count);

async function client(agentFor: () => Agent): Promise<void> {
  while (!isOver(order.board)) {
    const agent = agentFor();
    await ask(agent);
    if (agent !== kept) await agent.close();
  }
}

async function ask(agent: Dispatcher): Promise<void> {
  const before = expectation(order.board);
  count.requests += 1;
  countRequest(order.board);
  try {
    const { statusCode, headers, body } = await agent.request({
      origin: order.origin,
      path: '/work',
      method: 'GET',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    if (statusCode >= 500) fail(`status ${statusCode}`);
    judge(before, String(headers['x-deployer-deployment']));
  } catch (error) {
    fail(messageOf(error));
  }
}

function judge(before: ReturnType<typeof expectation>, deployment: string): void {
  count.deployments[deployment] = (count.deployments[deployment] ?? 0) + 1;
  const after = expectation(order.board);
  if (before === null || after === null || before.epoch !== after.epoch) return;
  if (deployment !== `production-${before.live}`) count.wrong += 1;
}

function fail(problem: string): void {
  count.failed += 1;
  count.problems[problem] = (count.problems[problem] ?? 0) + 1;
}
