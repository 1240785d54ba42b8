/** When each environment is looked at next, by a steady clock; one without a time was never looked at. */
export type LookTimes = ReadonlyMap<string, number>;

interface Round {
  readonly environments: readonly string[];
  readonly nowMs: number;
}

/** What is looked at now: what has waited longest comes first, and no more than a round ends in time. */
export function dueLooks(
  times: LookTimes,
  { environments, nowMs, atMost }: Round & { readonly atMost: number },
): readonly string[] {
  const timeOf = (environment: string): number => times.get(environment) ?? Number.NEGATIVE_INFINITY;
  return environments
    .filter((environment) => timeOf(environment) <= nowMs)
    .toSorted((a, b) => Math.sign(timeOf(a) - timeOf(b)) || 0)
    .slice(0, atMost);
}

/** Milliseconds until one is due; 0: one is. */
export function untilNextLook(times: LookTimes, { environments, nowMs }: Round): number {
  const next = environments.map((environment) => times.get(environment) ?? nowMs);
  return Math.max(0, Math.min(...next) - nowMs);
}
