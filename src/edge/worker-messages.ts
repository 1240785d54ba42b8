import { z } from 'zod';

import type { EdgeRoutes } from '../core/edge.ts';
import type { ServerCertificate } from './certificate/server-certificate.ts';
import { EdgeLimits } from './limits.ts';
import { EdgeRoutesSchema } from './schema.ts';

/**
 * What the primary process of an edge and its workers say to each other.
 *
 * A worker starts, says `hello`, gets `configure` and says `ready`. From then on it gets `connection` with the socket
 * of a client, and says `accepted` for each; `routes`, answered by `routed` once every further request goes by the new
 * table; `measure`, answered by `measured`; `certificate`; and `drain`, after which it finishes what is open and ends.
 * Messages arrive in the order in which they were sent.
 */
export type ToWorker =
  | { readonly type: 'configure'; readonly configuration: WorkerConfiguration }
  | { readonly type: 'connection' }
  | { readonly type: 'routes'; readonly sequence: number; readonly routes: EdgeRoutes }
  | { readonly type: 'measure'; readonly sequence: number }
  | { readonly type: 'certificate'; readonly certificate: ServerCertificate }
  | { readonly type: 'drain' };

export type FromWorker =
  | { readonly type: 'hello' }
  | { readonly type: 'ready' }
  | { readonly type: 'accepted' }
  | { readonly type: 'routed'; readonly sequence: number }
  | { readonly type: 'measured'; readonly sequence: number; readonly traffic: Traffic };

export interface WorkerConfiguration {
  readonly limits: EdgeLimits;
  readonly certificate: ServerCertificate;
  /** Base64 of 48 bytes that all workers share, so that a TLS session begun at one resumes at another. */
  readonly ticketKeys: string;
  readonly probeToken: string;
  readonly accessLog: string;
  readonly routes: EdgeRoutes;
}

/** Counters of one worker: of the environment's address and of the previews, by deployment. */
export interface Traffic {
  readonly deployments: Readonly<Record<string, TrafficCount>>;
  readonly previews: Readonly<Record<string, TrafficCount>>;
}

/** `counts` are those of a latency histogram over `latencyBoundsMs`. */
export interface TrafficCount {
  readonly requests: number;
  readonly errors: number;
  readonly synthetic: number;
  readonly active: number;
  readonly counts: readonly number[];
}

const certificate: z.ZodType<ServerCertificate> = z.object({ cert: z.string(), key: z.string() });

export const ToWorker: z.ZodType<ToWorker> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('configure'),
    configuration: z.object({
      limits: EdgeLimits,
      certificate,
      ticketKeys: z.base64(),
      probeToken: z.string(),
      accessLog: z.string(),
      routes: EdgeRoutesSchema,
    }),
  }),
  z.object({ type: z.literal('connection') }),
  z.object({ type: z.literal('routes'), sequence: z.int(), routes: EdgeRoutesSchema }),
  z.object({ type: z.literal('measure'), sequence: z.int() }),
  z.object({ type: z.literal('certificate'), certificate }),
  z.object({ type: z.literal('drain') }),
]);

const counts = z.record(
  z.string(),
  z.object({
    requests: z.int(),
    errors: z.int(),
    synthetic: z.int(),
    active: z.int(),
    counts: z.array(z.int()),
  }),
);

export const FromWorker: z.ZodType<FromWorker> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('accepted') }),
  z.object({ type: z.literal('routed'), sequence: z.int() }),
  z.object({
    type: z.literal('measured'),
    sequence: z.int(),
    traffic: z.object({ deployments: counts, previews: counts }),
  }),
]);
