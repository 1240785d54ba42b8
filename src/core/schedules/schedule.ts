/** A schedule starts a check at the times of a cron expression, as clocks in its time zone show them. */
export interface Schedule {
  /** Its name for people, and its key: `pruning`. */
  readonly name: string;
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
}

/** What is recorded of a schedule. */
export interface ScheduleFacts {
  readonly nextAt: Date;
  readonly startedAt: Date | null;
  /** Null while it goes on, or when whoever did it was killed. */
  readonly endedAt: Date | null;
  /** Whether the worker that started it last gives signs of life. */
  readonly isOwnerAlive: boolean;
}

/** The first time of a schedule after `after`; null when there is none any more. */
export type Following = (after: Date) => Date | null;

export type ScheduleDecision =
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'start';
      /** Times that passed while nobody was there, beyond the one that is made up for now; at most `mostCounted`. */
      readonly missed: number;
      readonly nextAt: Date | null;
    };

/** A server that was away for years does not count minutes for ever. */
export const mostCounted = 1000;

/**
 * Whether a schedule starts now. However many of its times have passed, it starts once; one that is still going on is
 * not started beside itself, and one whose worker was killed is done again.
 */
export function decideSchedule(facts: ScheduleFacts, now: Date, following: Following): ScheduleDecision {
  const isGoingOn = facts.startedAt !== null && facts.endedAt === null;
  if (isGoingOn && facts.isOwnerAlive) return { kind: 'wait' };
  if (facts.nextAt > now) {
    return isGoingOn ? { kind: 'start', missed: 0, nextAt: facts.nextAt } : { kind: 'wait' };
  }
  return { kind: 'start', missed: timesBetween(facts.nextAt, now, following), nextAt: following(now) };
}

/** Times after `from`, up to and including `now`. */
function timesBetween(from: Date, now: Date, following: Following): number {
  let count = 0;
  for (let at = following(from); at !== null && at <= now && count < mostCounted; at = following(at)) {
    count += 1;
  }
  return count;
}
