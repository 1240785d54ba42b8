import { EventEmitter, once } from 'node:events';
import type pg from 'pg';

import { hasEnded, type RunEvent, type Waiting } from '../core/pipeline/run.ts';
import type { Database } from '../store/database.ts';
import { runEventsAfter, runEventsChannel } from '../store/run-events.ts';
import { findRun, type RunRow } from '../store/runs.ts';
import { patiently } from './patience.ts';

/** Hears, over one connection, that runs have new events. */
export interface RunNews {
  /** Resolves when the run has news, or when it is time to look anyway. */
  next(run: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

const lookAnywayMs = 2000;

export async function openRunNews(pool: pg.Pool): Promise<RunNews> {
  const emitter = new EventEmitter().setMaxListeners(0);
  /** Gives the connection back; null while there is none. */
  let leave: (() => void) | null = null;
  let listening: Promise<void> | null = null;

  async function listen(): Promise<void> {
    const connection = await pool.connect();
    let isHeld = true;
    const giveBack = (): void => {
      if (!isHeld) return;
      isHeld = false;
      leave = null;
      connection.release(true);
    };
    connection.on('notification', ({ payload }) => emitter.emit(payload ?? ''));
    // Until the database is back, followers look every two seconds.
    connection.once('error', giveBack);
    leave = giveBack;
    try {
      await connection.query(`listen ${runEventsChannel}`);
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  await listen();
  return {
    async next(run, signal) {
      if (leave === null) {
        listening ??= listen().finally(() => (listening = null));
        await listening.catch(() => null);
      }
      const timeout = AbortSignal.timeout(lookAnywayMs);
      await once(emitter, run, { signal: AbortSignal.any([signal, timeout]) }).catch(() => null);
    },
    close() {
      leave?.();
    },
  };
}

export interface RunStreamParts {
  readonly database: Database;
  readonly news: RunNews;
  /** Whether nobody has answered yet what a run waits for. */
  readonly isUnanswered: (run: string) => Promise<boolean>;
}

/**
 * Events of a run, from the first. With `follow` until the run ends or waits for a person; then, and without it, what
 * there is. The last line says how the run stands.
 */
export async function* runEvents(
  { database, news, isUnanswered }: RunStreamParts,
  { run, follow }: { readonly run: string; readonly follow: boolean },
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const read = <T>(what: () => Promise<T>): Promise<T> => patiently(what, signal);
  let seq = '0';
  while (!signal.aborted) {
    // Read before the events: whatever happened before it is then among them.
    const row = await read(() => findRun(database.db, run));
    for (;;) {
      const after = seq;
      const batch = await read(() => runEventsAfter(database.db, run, after));
      // The end of an earlier attempt is not the end of the run.
      for (const { event } of batch) if (event.type !== 'result') yield event;
      const last = batch.at(-1);
      if (last === undefined) break;
      seq = last.seq;
    }
    const isOver = hasEnded(row.state) || (waitsForPerson(row.waiting) && (await read(() => isOpen(row))));
    if (!follow || isOver) {
      yield standing(row);
      return;
    }
    await news.next(run, signal);
  }

  /** A freeze is no question that somebody could have answered. */
  async function isOpen({ waiting }: RunRow): Promise<boolean> {
    return waiting?.kind === 'freeze' || (await isUnanswered(run));
  }
}

function waitsForPerson(waiting: Waiting | null): boolean {
  return waiting !== null && waiting.kind !== 'capacity';
}

function standing(row: RunRow): RunEvent {
  const { id: run, state, waiting, reason } = row;
  const at = (row.ended_at ?? new Date()).toISOString();
  return { type: 'result', run, at, state, waiting, reason };
}
