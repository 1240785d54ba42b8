import type { EdgeAddress } from '../core/switching/edge.ts';
import { openEdgeClient } from './load/edge-client.ts';

/** Sends marked requests through an edge. How they were answered is for the edge to count. */
export interface Prober {
  /** Starts this many; they go on by themselves. */
  start(probes: number): void;
  readonly underway: number;
  /** Why probes could not be sent, the last reason; null when all could. */
  readonly unsent: string | null;
  /** Waits for those that are under way. */
  settle(): Promise<void>;
  /** Ends those that are under way. */
  close(): Promise<void>;
}

/** Above the 5 s after which the edge counts a client that gives up as not answered. */
const timeoutMs = 6000;

export async function openProber(edge: EdgeAddress, path: string): Promise<Prober> {
  const client = await openEdgeClient({ caFile: edge.caFile, connections: 32 });
  const headers = { 'x-deployer-probe': edge.probeToken };
  const underway = new Set<Promise<void>>();
  let unsent: string | null = null;

  async function probe(): Promise<void> {
    const answer = await client.send({ origin: edge.url, path, headers, timeoutMs });
    if (answer.kind === 'unsent') unsent = answer.problem;
  }

  return {
    start: (probes) => {
      for (let n = 0; n < probes; n += 1) {
        const sent = probe();
        underway.add(sent);
        void sent.finally(() => underway.delete(sent));
      }
    },
    get underway() {
      return underway.size;
    },
    get unsent() {
      return unsent;
    },
    settle: async () => {
      await Promise.all(underway);
    },
    close: () => client.close(),
  };
}
