import type { EdgeLimits } from '../limits.ts';
import { Backend } from './backend.ts';
import { leastBusy } from './balance.ts';
import { TrafficCounter } from './traffic.ts';

/** A deployment that this worker routes to, or still has open exchanges with. */
export class Deployment {
  readonly id: string;
  /** Of the environment's address, and of its preview. */
  readonly traffic: TrafficCounter = new TrafficCounter();
  readonly preview: TrafficCounter = new TrafficCounter();
  #backends: readonly Backend[] = [];
  #turn = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Replaces the replicas; one that stays keeps its connections, one that goes finishes what it has open. */
  setBackends(addresses: readonly string[], limits: EdgeLimits): void {
    const gone = this.#backends.filter((backend) => !addresses.includes(backend.address));
    this.#backends = [...new Set(addresses)].map(
      (address) =>
        this.#backends.find((backend) => backend.address === address) ?? new Backend(address, limits),
    );
    for (const backend of gone) backend.close();
  }

  /** Null when it has no replica. */
  pick(not: Backend | null): Backend | null {
    this.#turn = (this.#turn + 1) % 0x4000_0000;
    return leastBusy(this.#backends, this.#turn, not);
  }

  get isIdle(): boolean {
    return this.traffic.active === 0 && this.preview.active === 0;
  }
}
