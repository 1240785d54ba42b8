import type { TestReport } from '../core/verdicts/suite-verdict.ts';
import { moduleBeside } from '../lib/detached-process.ts';
import { inThread } from '../lib/thread.ts';
import { JunitProblem, parseJunit } from './junit.ts';

export type JunitAnswer =
  | { readonly tests: TestReport; readonly problem: null }
  | { readonly tests: null; readonly problem: string };

/** Up to here reading it takes a few milliseconds, less than a thread. */
const smallCharacters = 256 * 1024;

/** `parseJunit`; a large report is read in a thread of its own, as seconds of reading would keep the server silent. */
export async function parseJunitInThread(xml: string, signal: AbortSignal): Promise<TestReport> {
  if (xml.length <= smallCharacters) return parseJunit(xml);
  const module = moduleBeside(import.meta.url, './junit-thread');
  // Posted by `junit-thread`, which posts nothing else.
  const { tests, problem } = (await inThread({ module, data: xml, signal })) as JunitAnswer;
  if (tests === null) throw new JunitProblem(problem);
  return tests;
}
