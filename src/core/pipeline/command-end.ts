import { duration } from '../texts/figures.ts';

/** How a command ended. */
export interface CommandEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** It was ended because its time was over; exit code and signal then mean nothing. */
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export function succeeded(end: CommandEnd): boolean {
  return !end.timedOut && end.exitCode === 0;
}

/** The rest of a sentence that begins with the command: `exited 1 after 3.2 s`. */
export function describeEnd(end: CommandEnd): string {
  const after = `after ${duration(end.durationMs)}`;
  if (end.timedOut) return `was still running when its time was over and was stopped ${after}`;
  if (end.exitCode === null) return `was ended by ${end.signal ?? 'a signal'} ${after}`;
  return `exited ${end.exitCode} ${after}`;
}
