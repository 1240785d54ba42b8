/** What the choice of a replica needs to know of it. */
export interface Candidate {
  readonly isUp: boolean;
  /** Exchanges that are open with it. */
  readonly outstanding: number;
}

/**
 * The replica with the fewest open exchanges, of those that are up; `turn` decides between equals, so that idle
 * replicas take turns. When none is up the choice is among all: a wrong suspicion must not become an outage. `not` is
 * the one that has just failed, and is taken only when there is no other.
 */
export function leastBusy<T extends Candidate>(
  replicas: readonly T[],
  turn: number,
  not: T | null,
): T | null {
  let best: T | null = null;
  for (let step = 0; step < replicas.length; step += 1) {
    const replica = replicas[(turn + step) % replicas.length];
    if (replica !== undefined && (best === null || isBetter(replica, best, not))) best = replica;
  }
  return best;
}

function isBetter<T extends Candidate>(one: T, other: T, not: T | null): boolean {
  if ((one === not) !== (other === not)) return other === not;
  if (one.isUp !== other.isUp) return one.isUp;
  return one.outstanding < other.outstanding;
}
