/** Restarts of one replica that were noticed, oldest first. */
export interface NoticedRestarts {
  /** The counter when it was read last; it begins again with its supervisor. */
  readonly counter: number;
  readonly at: readonly { readonly ms: number; readonly count: number }[];
}

const windowMs = 10 * 60_000;
const loopsFrom = 3;

/** Adds what the counter of a replica says now. What it had counted before the first look is not news. */
export function noteRestarts(
  before: NoticedRestarts | undefined,
  counter: number,
  nowMs: number,
): NoticedRestarts {
  if (before === undefined) return { counter, at: [] };
  const count = counter >= before.counter ? counter - before.counter : counter;
  const recent = before.at.filter(({ ms }) => nowMs - ms < windowMs);
  return { counter, at: count === 0 ? recent : [...recent, { ms: nowMs, count }] };
}

/** How often a replica has restarted lately, when that is a loop, also if it is up at the very moment; else null. */
export function restartLoop({ at }: NoticedRestarts, nowMs: number): number | null {
  const recent = at.filter(({ ms }) => nowMs - ms < windowMs);
  const count = recent.reduce((sum, each) => sum + each.count, 0);
  return count < loopsFrom ? null : count;
}
