/** A period in which an environment takes no new releases; what is on its way already finishes, and rollbacks pass. */
export interface Freeze {
  readonly reason: string;
  readonly identity: string;
  /** Milliseconds since the epoch; null: until somebody ends it. */
  readonly untilMs: number | null;
}

/** Whether a freeze keeps a change out now. */
export function isFrozen(freeze: Freeze | null, nowMs: number): freeze is Freeze {
  return freeze !== null && (freeze.untilMs === null || freeze.untilMs > nowMs);
}

/**
 * Until when a run waits for the end of a freeze, in milliseconds since the epoch. A run fails when nobody has decided
 * for `decisionDeadlineMs`; a freeze with an end is no such omission, so the time begins when it is over.
 */
export function freezeDeadline(freeze: Freeze, sinceMs: number, decisionDeadlineMs: number): number {
  return Math.max(sinceMs, freeze.untilMs ?? sinceMs) + decisionDeadlineMs;
}

/**
 * The reason of a freeze that takes the place of one in force: whoever ends it is told that the other one was wanted,
 * too, and until when.
 */
export function reasonInstead(reason: string, { reason: former, identity, untilMs }: Freeze): string {
  const until = untilMs === null ? '' : ` until ${new Date(untilMs).toISOString()}`;
  return `${reason}. It was frozen${until} already, by ${identity}: ${former}`;
}
