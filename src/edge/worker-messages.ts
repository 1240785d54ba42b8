import type { EdgeRoutes } from '../core/switching/edge.ts';
import type { ServerCertificate } from './certificate/server-certificate.ts';
import type { EdgeLimits } from './limits.ts';

/** To be raised when a worker and a primary from before and after a change would misunderstand each other. */
export const messagesVersion = 1;

/**
 * What the primary process of an edge and its workers say to each other.
 *
 * A worker starts, says `hello`, gets `configure` and says `ready`. From then on it gets `connection` with the socket
 * of a client, and says `accepted` for each; `routes`, answered by `routed` once every further request goes by the new
 * table; `measure`, answered by `measured`; `certificate`; and `leave` or `drain`, after which it finishes what is
 * open, says what it has measured, and ends. `leave` gives it all the time that this takes, `drain` the drain time.
 * Messages arrive in the order in which they were sent.
 *
 * The channel joins a program to its own child, and nobody else can write to it: messages are typed and not parsed, and
 * a worker, of which there may be many, does without the parser's memory and start-up time. But edges outlive an
 * upgrade of the programs beneath them, and a worker that starts then is of another version than its primary. `hello`
 * tells.
 */
export type ToWorker =
  | { readonly type: 'configure'; readonly configuration: WorkerConfiguration }
  | { readonly type: 'connection' }
  | { readonly type: 'routes'; readonly sequence: number; readonly routes: EdgeRoutes }
  | { readonly type: 'measure'; readonly sequence: number }
  | { readonly type: 'certificate'; readonly certificate: ServerCertificate }
  | { readonly type: 'leave' }
  | { readonly type: 'drain' };

export type FromWorker =
  | { readonly type: 'hello'; readonly version: number }
  | { readonly type: 'ready' }
  | { readonly type: 'accepted' }
  | { readonly type: 'routed'; readonly sequence: number }
  | { readonly type: 'measured'; readonly sequence: number; readonly traffic: Traffic };

/** The `sequence` of what a worker says before it ends; questions count from 1. */
export const unasked = 0;

export interface WorkerConfiguration {
  readonly limits: EdgeLimits;
  readonly certificate: ServerCertificate;
  /** Base64 of 48 bytes that all workers share, so that a TLS session begun at one resumes at another. */
  readonly ticketKeys: string;
  readonly probeToken: string;
  readonly accessLog: string;
  readonly routes: EdgeRoutes;
}

/** Counters of one worker: of the environment's address and of the previews, by deployment; and of what it refused. */
export interface Traffic {
  readonly deployments: Readonly<Record<string, TrafficCount>>;
  readonly previews: Readonly<Record<string, TrafficCount>>;
  /** Requests that went to no deployment, by the code of the answer. */
  readonly refused: Readonly<Record<string, number>>;
}

/** `counts` are those of a latency histogram over `latencyBoundsMs`. */
export interface TrafficCount {
  readonly requests: number;
  readonly errors: number;
  readonly synthetic: number;
  readonly active: number;
  readonly counts: readonly number[];
}
