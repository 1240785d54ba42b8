/**
 * The moments at which requests arrive, fixed before the first is sent: an open model. `sides` deployments take turns,
 * each at the full rate: with two, the arrivals of one lie in the middle between those of the other.
 */
export interface ArrivalPlan {
  /** Arrivals per second at each side. */
  readonly rate: number;
  readonly sides: number;
  /**
   * Arrivals in this time are sent and not measured: cold connections and uncompiled code are no property of a release.
   */
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export interface Arrival {
  /** From the start of the load. */
  readonly atMs: number;
  readonly side: number;
  readonly isMeasured: boolean;
}

export function* arrivals({ rate, sides, warmUpMs, durationMs }: ArrivalPlan): Generator<Arrival> {
  const stepMs = 1000 / rate / sides;
  const warmUp = Math.round((warmUpMs * rate) / 1000) * sides;
  const total = warmUp + Math.max(1, Math.round((durationMs * rate) / 1000)) * sides;
  for (let n = 0; n < total; n += 1) {
    yield { atMs: n * stepMs, side: n % sides, isMeasured: n >= warmUp };
  }
}
