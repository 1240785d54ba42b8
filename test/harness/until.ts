import { waitUntil } from '../../src/lib/wait-until.ts';

/** Longer than anything here takes, on a machine that is busy with something else. */
const timeoutMs = 120_000;

/** Asks until there is an answer, and returns it. Throws, naming what was waited for, when none comes. */
export function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined> | T | null | undefined,
): Promise<T> {
  return waitUntil(async () => ask(), { timeoutMs, what, hint: 'see the test' });
}

/** Waits for something to become true. */
export async function untilTrue(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  await until(what, async () => ((await holds()) ? true : null));
}
