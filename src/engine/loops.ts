import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

import type { Pulse } from '../core/workers/watchdog.ts';
import { isConnectionLost } from '../store/connection-lost.ts';

/** What goes round in the background of an engine, and when each last came round. */
export interface Loops {
  /** Begins to do `work` again and again; it says after how many milliseconds it is to be done again. */
  start(loop: Loop): void;
  readonly pulses: () => readonly Pulse[];
  /** Resolves when every loop has ended, which an abort of the signal brings about. */
  ended(): Promise<void>;
}

export interface Loop {
  /** As people are told of it. */
  readonly name: string;
  /** A round that takes longer, its pause included, is stuck. */
  readonly allowedMs: number;
  readonly work: () => Promise<number>;
}

export interface LoopOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Brings the database back when it cannot be reached; null when it is somebody else's to mend. */
  readonly reviveDatabase: (() => Promise<void>) | null;
}

const afterFailureMs = 1000;

export function loopsOf(options: LoopOptions): Loops {
  const pulses = new Map<string, Pulse>();
  const running: Promise<void>[] = [];
  return {
    start({ name: loop, allowedMs, work }) {
      const came = (): unknown => pulses.set(loop, { loop, allowedMs, lastMs: performance.now() });
      came();
      running.push(repeat(loop, options, work, came));
    },
    pulses: () => [...pulses.values()],
    async ended() {
      await Promise.all(running);
    },
  };
}

async function repeat(
  name: string,
  { signal, logger, reviveDatabase }: LoopOptions,
  work: () => Promise<number>,
  came: () => void,
): Promise<void> {
  while (!signal.aborted) {
    let againMs = afterFailureMs;
    try {
      againMs = await work();
      came();
    } catch (error) {
      if (!signal.aborted) logger.warn({ loop: name, err: error }, 'a background loop failed and goes on');
      if (isConnectionLost(error)) await reviveDatabase?.().catch(complain);
    }
    await delay(againMs, undefined, { signal }).catch(() => {
      // Aborted: the loop's condition ends it.
    });
  }

  function complain(error: unknown): void {
    logger.error({ err: error }, 'the database could not be brought back; it is tried again');
  }
}
