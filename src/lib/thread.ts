import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface ThreadOrder {
  /** Module that posts one message and ends; see `moduleBeside`. */
  readonly module: string;
  /** What it is given as `workerData`. */
  readonly data: unknown;
  readonly signal: AbortSignal;
}

/** Runs a module in a thread of its own and resolves with the message that it posts. An abort ends the thread. */
export async function inThread({ module, data, signal }: ThreadOrder): Promise<unknown> {
  signal.throwIfAborted();
  const thread = new Worker(module, { workerData: data });
  try {
    const [message] = (await Promise.race([once(thread, 'message', { signal }), endOf(thread)])) as [unknown];
    return message;
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
  throw new Error(`a thread ended with exit code ${code} and no result`);
}
