/** A deployment became what users have, for the first time, by a ship. */
export interface Arrival {
  readonly deployment: string;
  readonly release: string;
  /** Of the route table; it only grows. */
  readonly generation: number;
}

type Subject = Pick<Arrival, 'deployment' | 'release'>;

/**
 * Whether going from one deployment to another is going forward again: users had the other one later, so it was gone
 * back from before, and to leave what came of that says nothing bad about it. A copy that a cold rollback made was
 * never shipped itself; it counts as what it may be a copy of, so that in doubt it is going back.
 */
export function isGoingForward(from: Subject, to: Subject, arrivals: readonly Arrival[]): boolean {
  const ofLeft = generationsOf(from, arrivals);
  const ofNext = generationsOf(to, arrivals);
  if (ofLeft.length === 0 || ofNext.length === 0) return false;
  return Math.min(...ofNext) > Math.max(...ofLeft);
}

function generationsOf({ deployment, release }: Subject, arrivals: readonly Arrival[]): readonly number[] {
  const own = arrivals.filter((arrival) => arrival.deployment === deployment);
  const counting = own.length > 0 ? own : arrivals.filter((arrival) => arrival.release === release);
  return counting.map(({ generation }) => generation);
}
