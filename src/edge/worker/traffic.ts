import { latencyBoundsMs, latencyBucket } from '../../core/verdicts/latency.ts';
import type { TrafficCount } from '../worker-messages.ts';

/** Counters of one deployment at one address. Counting allocates nothing: it happens with every request. */
export class TrafficCounter {
  active = 0;
  #requests = 0;
  #errors = 0;
  #synthetic = 0;
  readonly #counts: number[] = Array.from({ length: latencyBoundsMs.length + 1 }, () => 0);

  /** Counts an exchange that has ended. */
  count(latencyMs: number, isError: boolean, isSynthetic: boolean): void {
    this.#requests += 1;
    if (isError) this.#errors += 1;
    if (isSynthetic) this.#synthetic += 1;
    const bucket = latencyBucket(latencyMs);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  read(): TrafficCount {
    return {
      requests: this.#requests,
      errors: this.#errors,
      synthetic: this.#synthetic,
      active: this.active,
      counts: this.#counts,
    };
  }

  get isUnused(): boolean {
    return this.#requests === 0 && this.active === 0;
  }
}
