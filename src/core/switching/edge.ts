import type { EdgeSettings } from '../definition/integration.ts';
import type { LastingPortUse } from '../places/port-ranges.ts';
import type { RouteTable } from './route-table.ts';

/** The edges of a server, one per environment. They keep serving while the control plane is down. */
export interface Edges {
  /** Starts the edge of an environment, or adopts the one that runs, and returns when it answers. */
  ensure(edge: EdgeRef, settings: EdgeSettings, signal: AbortSignal): Promise<EdgeAddress>;
  /** Where an edge was last, whether it runs or not: its port is kept. Null when there never was one. */
  address(edge: EdgeRef): Promise<EdgeAddress | null>;
  /** Reserves a free port: for a preview, on which `put` makes the edge listen, or for a resident to keep. */
  freePort(use: LastingPortUse, signal: AbortSignal): Promise<number>;
  /**
   * The switch. Resolves when every worker of the edge routes by this table. The same generation with the same rules
   * may be put again with other backends; an older generation is refused with `route_stale`.
   */
  put(edge: EdgeRef, routes: EdgeRoutes, signal: AbortSignal): Promise<void>;
  /** What the edge routes by and has counted; null when it does not run, or has served nobody for too long. */
  observe(edge: EdgeRef, signal: AbortSignal): Promise<EdgeObservation | null>;
  /** Also one that hangs. False when it did not run. */
  stop(edge: EdgeRef, signal: AbortSignal): Promise<boolean>;
}

export interface EdgeRef {
  readonly integration: string;
  readonly environment: string;
}

export interface EdgeRoutes {
  readonly table: RouteTable;
  /** Addresses of ready replicas of each deployment's public component, for every deployment in the table. */
  readonly backends: Readonly<Record<string, readonly string[]>>;
}

export interface EdgeAddress {
  /** No slash at the end. */
  readonly url: string;
  readonly port: number;
  /** PEM file of the authority that signed the certificate; null when the user brought the files. */
  readonly caFile: string | null;
  /** Requests that carry it as `x-deployer-probe` count as synthetic. */
  readonly probeToken: string;
}

/** The address of an edge, or of a preview, by its port. */
export function edgeUrl(port: number): string {
  return `https://127.0.0.1:${port}`;
}

export interface EdgeObservation {
  readonly generation: number;
  readonly table: RouteTable;
  readonly backends: Readonly<Record<string, readonly string[]>>;
  /** Totals of the environment's own address since the edge started, by deployment id. */
  readonly deployments: Readonly<Record<string, TrafficTotals>>;
  /** The same for preview addresses, whose traffic is counted apart. */
  readonly previews: Readonly<Record<string, TrafficTotals>>;
  /** Requests that it answered itself, and connections that were too many: since it started, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Workers that take connections. Null: it is an edge of a Deployer that did not tell. */
  readonly readyWorkers: number | null;
  /** Whether it is of an older Deployer than the workers that it would start now: it cannot use those. */
  readonly isOutdated: boolean;
}

/** Counters that only grow (until the edge restarts: `since` then changes). */
export interface TrafficTotals {
  /** ISO 8601 start of the edge that counted. */
  readonly since: string;
  /** Requests answered or failed. */
  readonly requests: number;
  /** No answer from the deployment (also: the client gave up after 5 s without one), or status >= 500. */
  readonly errors: number;
  /** Requests that carried the prober's mark; they are part of `requests`. */
  readonly synthetic: number;
  /** Requests, streams and sockets that are open now; under `deployments` those of its preview as well. */
  readonly active: number;
  /** Time to the last byte of the answer (first byte for streams and sockets): counts per bucket. */
  readonly latency: LatencyHistogram;
}

/** Counts of observations <= the bound of their bucket; the last bucket has no upper bound. */
export interface LatencyHistogram {
  /** Upper bounds in milliseconds, ascending; `counts` has one entry more. */
  readonly boundsMs: readonly number[];
  readonly counts: readonly number[];
}
