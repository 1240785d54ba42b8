import type { EdgeAddress } from '../core/edge.ts';
import { type EdgeAnswer, openEdgeClient } from './load/edge-client.ts';

/** Sends marked requests through an edge, and keeps what became of those that the edge's own counters cannot tell. */
export interface Prober {
  /** Starts this many; they go on by themselves. */
  start(probes: number): void;
  readonly underway: number;
  /** Taken by the edge, not answered in time. */
  readonly unanswered: number;
  /** Why probes could not be sent, the last reason; null when all could. */
  readonly unsent: string | null;
  /** Waits for those that are under way. */
  settle(): Promise<void>;
  /** Ends those that are under way. */
  close(): Promise<void>;
}

const timeoutMs = 10_000;

export async function openProber(edge: EdgeAddress, path: string): Promise<Prober> {
  const client = await openEdgeClient({ caFile: edge.caFile, connections: 32 });
  const headers = { 'x-deployer-probe': edge.probeToken };
  const underway = new Set<Promise<void>>();
  let unanswered = 0;
  let unsent: string | null = null;

  function note(answer: EdgeAnswer): void {
    if (answer.kind === 'unsent') unsent = answer.problem;
    // A cut connection was counted by the edge; one that we gave up looks to it like a client that went away.
    else if (answer.kind === 'unanswered' && answer.isTimeout) unanswered += 1;
  }

  async function probe(): Promise<void> {
    note(await client.send({ origin: edge.url, path, headers, timeoutMs }));
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
    get unanswered() {
      return unanswered;
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
