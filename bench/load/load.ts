import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { endLoad, type LiveBoard, requestsSoFar } from './live-board.ts';
import type { HoldCount, HoldOrder } from './hold-thread.ts';
import type { LoadCount, LoadOrder } from './load-thread.ts';

export interface Load {
  /** Goes on until at least so many requests were sent, then ends. */
  until(requests: number): Promise<LoadEnd>;
}

export interface LoadEnd {
  readonly count: LoadCount;
  /** Streams and sockets; null when none were held. */
  readonly held: HoldCount | null;
  readonly seconds: number;
}

export interface LoadSettings extends LoadOrder {
  readonly board: LiveBoard;
  /** Threads that send requests, each with the clients of the order. */
  readonly threads: number;
  /** Streams and sockets that are held open beside the requests. */
  readonly held: Pick<HoldOrder, 'streams' | 'sockets' | 'holdMs'> | null;
}

export function startLoad({ threads, held, ...order }: LoadSettings): Load {
  const startedAt = performance.now();
  const counts = Array.from({ length: threads }, () => resultOf<LoadCount>('load-thread', order));
  const { origin, caFile, board } = order;
  const holds = held === null ? null : resultOf<HoldCount>('hold-thread', { origin, caFile, board, ...held });
  return {
    async until(requests) {
      while (requestsSoFar(board) < requests) await delay(200);
      endLoad(board);
      const all = await Promise.all(counts);
      const seconds = (performance.now() - startedAt) / 1000;
      return { count: sum(all), held: await holds, seconds };
    },
  };
}

function resultOf<T>(program: string, workerData: object): Promise<T> {
  const worker = new Worker(new URL(`./${program}.ts`, import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function sum(counts: readonly LoadCount[]): LoadCount {
  const total: LoadCount = { requests: 0, failed: 0, wrong: 0, problems: {}, deployments: {} };
  for (const count of counts) {
    total.requests += count.requests;
    total.failed += count.failed;
    total.wrong += count.wrong;
    for (const [key, value] of Object.entries(count.problems))
      total.problems[key] = (total.problems[key] ?? 0) + value;
    for (const [key, value] of Object.entries(count.deployments)) {
      total.deployments[key] = (total.deployments[key] ?? 0) + value;
    }
  }
  return total;
}
