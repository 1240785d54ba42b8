import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { moduleBeside } from '../../lib/detached-process.ts';
import type { LoadOptions, LoadRun } from './load.ts';

export type ThreadOrder = Omit<LoadOptions, 'signal'>;

/**
 * `load` in a thread of its own: its arrivals are not late because the server is busy, and the server answers while
 * thousands of requests go out. An abort ends the thread, and with it everything that is under way.
 */
export async function loadInThread({ signal, ...order }: LoadOptions): Promise<LoadRun> {
  signal.throwIfAborted();
  const thread = new Worker(moduleBeside(import.meta.url, './load-thread'), {
    workerData: order satisfies ThreadOrder,
  });
  try {
    const [run] = (await Promise.race([once(thread, 'message', { signal }), endOf(thread)])) as [LoadRun];
    return run;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await thread.terminate();
  }
}

/** `once` rejects when the thread throws; one that ends without a word would be waited for until the deadline. */
async function endOf(thread: Worker): Promise<never> {
  const [code] = (await once(thread, 'exit')) as [number];
  throw new Error(`the thread of the load ended with exit code ${code} and no result`);
}
