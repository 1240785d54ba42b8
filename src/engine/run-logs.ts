import type { LogStream, RunEvent } from '../core/run.ts';
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
  /** Resolves when everything is stored; throws what kept it from being stored. */
  close(): Promise<void>;
}

const gatherMs = 100;
const gatherLines = 200;

export function runLogs(database: Database): RunLogs {
  const append = async (run: string, events: readonly RunEvent[]): Promise<void> => {
    await appendRunEvents(database.db, run, events);
    await announceRunEvents(database.pool, run);
  };
  return { append, open: (subject) => openLog(subject, append) };
}

function openLog(subject: LogSubject, append: RunLogs['append']): StageLog {
  let gathered: RunEvent[] = [];
  let timer: NodeJS.Timeout | null = null;
  let written: Promise<void> = Promise.resolve();
  let failure: unknown = null;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const events = gathered;
    gathered = [];
    if (events.length === 0) return;
    // One after the other, so that lines stay in order.
    written = written
      .then(() => append(subject.run, events))
      .catch((error: unknown) => {
        failure ??= error;
      });
  }

  return {
    write(line, stream) {
      gathered.push({ type: 'log', at: new Date().toISOString(), ...subject, stream, line });
      if (gathered.length >= gatherLines) flush();
      else timer ??= setTimeout(flush, gatherMs);
    },
    async close() {
      flush();
      await written;
      if (failure !== null) throw failure;
    },
  };
}
