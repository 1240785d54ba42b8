import { setTimeout as delay } from 'node:timers/promises';

import { DeployerError } from '../errors.ts';

export interface WaitOptions {
  readonly timeoutMs: number;
  /** @default 25 */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
  /** What is waited for, for the error: "the edge of production to answer". */
  readonly what: string;
  readonly hint: string;
}

/** Asks until the answer is not null or undefined, and returns it. Throws `deadline_passed` when the time is over. */
export async function waitUntil<T>(
  ask: () => Promise<T | null | undefined>,
  options: WaitOptions,
): Promise<T> {
  const endsAt = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    if (performance.now() >= endsAt) {
      throw new DeployerError('deadline_passed', {
        message: `Waited ${options.timeoutMs / 1000} s for ${options.what}.`,
        hint: options.hint,
      });
    }
    await delay(
      options.everyMs ?? 25,
      undefined,
      options.signal === undefined ? {} : { signal: options.signal },
    );
  }
}
