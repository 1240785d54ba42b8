import { parentPort, workerData } from 'node:worker_threads';

import { JunitProblem, parseJunit } from './junit.ts';
import type { JunitAnswer } from './junit-in-thread.ts';

/** The thread of `parseJunitInThread`: reads one report. */
function answer(xml: string): JunitAnswer {
  try {
    return { tests: parseJunit(xml), problem: null };
  } catch (error) {
    if (error instanceof JunitProblem) return { tests: null, problem: error.message };
    throw error;
  }
}

parentPort?.postMessage(answer(workerData as string));
