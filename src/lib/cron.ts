import { Cron } from 'croner';

/**
 * The first time of a cron expression after a moment. Over a change of clocks a time that does not exist is taken right
 * after it, and one that exists twice is taken once.
 */
export function followingTime(cron: string, timeZone: string): (after: Date) => Date | null {
  const times = new Cron(cron, { timezone: timeZone, mode: '5-part' });
  return (after) => times.nextRun(after);
}

/** The time zone of this machine. */
export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
