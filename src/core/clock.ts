/** The time, as an argument: what decides by time takes it from here. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The time as records have it. */
export function dateOf(clock: Clock): Date {
  return new Date(clock.now());
}

/** The time of day, which may jump: for what people wait for. */
export const systemClock: Clock = { now: () => Date.now() };

/** The time of day when this process began, and what has passed since: for what Deployer itself waits for. */
export const steadyClock: Clock = { now: () => performance.timeOrigin + performance.now() };
