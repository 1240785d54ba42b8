import { parentPort, workerData } from 'node:worker_threads';

import { load } from './load.ts';
import type { LoadOrder } from './load-in-thread.ts';

/** The thread of `loadInThread`: does what it is ordered, says what it saw, and ends. */
const order = workerData as LoadOrder;
parentPort?.postMessage(await load({ ...order, signal: new AbortController().signal }));
