import { setTimeout as delay } from 'node:timers/promises';

import { type Clock, dateOf } from '../core/clock.ts';
import type { LogStream, RunEvent } from '../core/pipeline/run.ts';
import { isConnectionLost, isDatabaseAway } from '../store/connection-lost.ts';
import type { Database } from '../store/database.ts';
import { announceRunEvents, appendRunEvents } from '../store/run-events.ts';

/** Writes events of runs, and tells every server so that followers see them at once. */
export interface RunLogs {
  append(run: string, events: readonly RunEvent[]): Promise<void>;
  /** A log of one stage. Lines are gathered and written together, at the latest after 100 ms. */
  open(subject: LogSubject): StageLog;
}

export interface LogSubject {
  readonly run: string;
  readonly stage: string;
  readonly environment: string | null;
}

export interface StageLog {
  write(line: string, stream: LogStream): void;
  /**
   * Resolves when everything is stored, however long the database is away or full; throws what else kept it from being
   * stored.
   */
  close(): Promise<void>;
}

const gatherMs = 100;
const gatherLines = 200;
/** Lines that go in one statement. */
const batchLines = 1000;
const retryMs = 250;
/** Lines of a stage that wait for a database that is away; older ones are given up for newer ones. */
const keptLines = 10_000;

export function runLogs(database: Database, clock: Clock): RunLogs {
  const append = async (run: string, events: readonly RunEvent[]): Promise<void> => {
    await appendRunEvents(database.db, run, events);
    await announceRunEvents(database.pool, run).catch((error: unknown) => {
      // The events are stored; followers look every two seconds anyway.
      if (!isConnectionLost(error)) throw error;
    });
  };
  return { append, open: (subject) => stageLog(subject, { append, clock }) };
}

/**
 * Lines are kept while the database is away and stored when it is back, in order: a log is no reason to do the work of
 * its stage again. A batch that was committed while the connection broke stands there twice.
 */
export function stageLog(
  subject: LogSubject,
  { append, clock }: { readonly append: RunLogs['append']; readonly clock: Clock },
): StageLog {
  const waiting: RunEvent[] = [];
  let dropped = 0;
  let isAway = false;
  let timer: NodeJS.Timeout | null = null;
  let storing: Promise<void> | null = null;
  let failure: unknown = null;

  function event(line: string, stream: LogStream): RunEvent {
    return { type: 'log', at: dateOf(clock).toISOString(), ...subject, stream, line };
  }

  function take(): readonly RunEvent[] {
    const taken = waiting.splice(0, batchLines);
    if (dropped === 0) return taken;
    const gap = event(`${dropped} lines are missing here: the database could not be reached`, 'note');
    dropped = 0;
    return [gap, ...taken];
  }

  async function store(): Promise<void> {
    for (let batch = take(); batch.length > 0; batch = take()) await storeBatch(batch);
  }

  async function storeBatch(batch: readonly RunEvent[]): Promise<void> {
    for (;;) {
      try {
        await append(subject.run, batch);
        isAway = false;
        return;
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        isAway = true;
      }
      // It keeps no server alive that is to end: its stage is done again then.
      await delay(retryMs, undefined, { ref: false });
    }
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    storing ??= store()
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => (storing = null));
  }

  return {
    write(line, stream) {
      if (failure !== null) return;
      waiting.push(event(line, stream));
      if (isAway && waiting.length > keptLines) {
        waiting.shift();
        dropped += 1;
      }
      if (waiting.length >= gatherLines) flush();
      else timer ??= setTimeout(flush, gatherMs);
    },
    async close() {
      do {
        flush();
        await storing;
      } while (waiting.length > 0 && failure === null);
      if (failure !== null) throw failure;
    },
  };
}
