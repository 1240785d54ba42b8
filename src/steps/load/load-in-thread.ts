import { moduleBeside } from '../../lib/detached-process.ts';
import { inThread } from '../../lib/thread.ts';
import type { LoadOptions, LoadRun } from './load.ts';

export type LoadOrder = Omit<LoadOptions, 'signal'>;

/**
 * `load` in a thread of its own: its arrivals are not late because the server is busy, and the server answers while
 * thousands of requests go out. An abort ends everything that is under way.
 */
export async function loadInThread({ signal, ...order }: LoadOptions): Promise<LoadRun> {
  const module = moduleBeside(import.meta.url, './load-thread');
  // Posted by `load-thread`, which posts nothing else.
  return (await inThread({ module, data: order satisfies LoadOrder, signal })) as LoadRun;
}
