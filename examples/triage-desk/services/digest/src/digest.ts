import { setTimeout as delay } from 'node:timers/promises';
import type { Outbox } from './outbox.ts';

export interface Entry {
  readonly message: string;
  readonly ticket: string;
  readonly reason: string;
  /** How many escalations of this reason this process has seen. */
  readonly count: number;
}

interface DigestOptions {
  readonly outbox: Outbox;
  readonly write: (entry: Entry) => void;
  readonly warn: (error: unknown) => void;
  readonly idleMs: number;
}

/** Takes one escalation after the other until told to stop; the one in hand is finished and acknowledged first. */
export async function runDigest(
  { outbox, write, warn, idleMs }: DigestOptions,
  stop: AbortSignal,
): Promise<void> {
  const counts = new Map<string, number>();
  while (!stop.aborted) {
    try {
      // Asking for a message is not interrupted: a lease that was granted to nobody would delay it.
      const taken = await outbox.take();
      if (taken === undefined) await pause(idleMs, stop);
      else {
        const { id, ticket, reason } = taken.message;
        const count = (counts.get(reason) ?? 0) + 1;
        counts.set(reason, count);
        write({ message: id, ticket, reason, count });
        if (!(await outbox.acknowledge(taken.lease))) warn(new Error(`the lease of ${id} ran out`));
      }
    } catch (error) {
      warn(error);
      await pause(idleMs, stop);
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
