/** How the life of one process of a replica ended. */
export type LifeEnd =
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }
  /** The program could not even be started. */
  | { readonly kind: 'not-started'; readonly reason: string }
  /** It ran, but did not become ready in the time that it has. */
  | { readonly kind: 'not-ready'; readonly reason: string }
  /** It was ready and had to be ended: its live check failed, or it used too much memory. */
  | { readonly kind: 'unfit'; readonly reason: string };

export interface LifeRecord {
  readonly end: LifeEnd;
  /** Whether its start is behind it: see `hasSettled`. */
  readonly isSettled: boolean;
  /** Lives in a row, this one included, that ended before they had been ready for `steadyMs`. */
  readonly failures: number;
  /** From 0 to 1, for the jitter. */
  readonly random: number;
}

export type NextLife =
  | { readonly kind: 'restart'; readonly afterMs: number; readonly reason: string }
  | { readonly kind: 'fail'; readonly reason: string };

/** A life that was ready for this long is a success: the next failure counts as the first. */
export const steadyMs = 30_000;
const firstDelayMs = 200;
const longestDelayMs = 20_000;
const exitsUntilFailed = 3;

export interface StartFacts {
  /** Whether the replica, in this or an earlier life, has been ready. */
  readonly wasEverReady: boolean;
  /** Since it was started first. */
  readonly sinceMs: number;
  /** The time that it has to become ready. */
  readonly allowedMs: number;
}

/**
 * Whether the start of a replica is behind it: it has been ready, and the time for becoming so is over. Until then
 * being ready proves little: a port that accepts for a moment before the program ends is ready each time.
 */
export function hasSettled({ wasEverReady, sinceMs, allowedMs }: StartFacts): boolean {
  return wasEverReady && sinceMs >= Math.min(allowedMs, steadyMs);
}

/**
 * What follows the end of a process. While a replica starts, waiting longer helps nobody: a missing command or folder
 * and a passed deadline fail it at once, and so does the third exit. One that has settled is restarted for ever, with
 * growing pauses.
 */
export function afterLife(record: LifeRecord): NextLife {
  const reason = describeEnd(record.end);
  if (!record.isSettled && isHopeless(record)) return { kind: 'fail', reason };
  return { kind: 'restart', afterMs: backOffMs(record.failures, record.random), reason };
}

/** Doubles from 200 ms up to 20 s, each time between half of that and all of it. */
export function backOffMs(failures: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, failures - 1));
  return Math.round(full * (0.5 + random / 2));
}

export function describeEnd(end: LifeEnd): string {
  if (end.kind !== 'exited') return end.reason;
  if (end.signal !== null) return `it was ended by ${end.signal}`;
  if (end.code === 127) return 'its command was not found (exit code 127)';
  if (end.code === 126) return 'its command cannot be executed (exit code 126)';
  return `it exited with code ${end.code}`;
}

function isHopeless({ end, failures }: LifeRecord): boolean {
  if (end.kind === 'not-started' || end.kind === 'not-ready') return true;
  const isWrongCommand = end.kind === 'exited' && (end.code === 126 || end.code === 127);
  return isWrongCommand || failures >= exitsUntilFailed;
}
