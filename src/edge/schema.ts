import { z } from 'zod';

import type {
  EdgeObservation,
  EdgeRef,
  EdgeRoutes,
  LatencyHistogram,
  TrafficTotals,
} from '../core/switching/edge.ts';
import type { EdgeSettings } from '../core/definition/integration.ts';
import { namedDeployments, type RouteTable } from '../core/switching/route-table.ts';
import type { EdgeLimits } from './limits.ts';

/** Everything that an edge reads from outside its own process: its arguments, its files, its admin socket. */

const port = z.int().min(1).max(65_535);

export const EdgeSettingsSchema: z.ZodType<EdgeSettings> = z.object({
  port: port.nullable(),
  cert: z.string().nullable(),
  key: z.string().nullable(),
  workers: z.int().min(1).max(64),
});

const EdgeLimitsSchema: z.ZodType<EdgeLimits> = z.object({
  connections: z.int().positive(),
  headerBytes: z.int().positive(),
  bodyBytes: z.int().positive(),
  headersMs: z.int().positive(),
  requestMs: z.int().positive(),
  keepAliveMs: z.int().positive(),
  silenceMs: z.int().positive(),
  connectMs: z.int().positive(),
  answerMs: z.int().positive(),
  drainMs: z.int().nonnegative(),
  accessLogBytes: z.int().positive(),
});

/** The one argument of the edge's program, as JSON. It holds no secret: anyone may list the arguments of a process. */
export interface EdgeArguments {
  readonly edge: EdgeRef;
  /** `<home>/environments/<key>/<environment>` */
  readonly folder: string;
  /** `<home>/ca` */
  readonly authorityFolder: string;
  readonly settings: EdgeSettings;
  readonly limits: EdgeLimits;
}

export const EdgeArguments: z.ZodType<EdgeArguments> = z.object({
  edge: z.object({ integration: z.string(), environment: z.string() }),
  folder: z.string(),
  authorityFolder: z.string(),
  settings: EdgeSettingsSchema,
  limits: EdgeLimitsSchema,
});

const RouteTableSchema: z.ZodType<RouteTable> = z.object({
  v: z.literal(1),
  generation: z.int().nonnegative(),
  // One rule for everyone: audiences and keys need verified claims, which this edge does not read.
  rules: z
    .array(
      z.object({
        audience: z.null('this edge knows no audiences'),
        split: z.array(z.object({ deployment: z.string().min(1), weight: z.number().positive() })).min(1),
        key: z.null('this edge keeps no caller on one side of a split'),
      }),
    )
    .max(1),
  previews: z.record(z.string(), port),
});

const Backends: z.ZodType<EdgeRoutes['backends']> = z.record(
  z.string(),
  z.array(z.string().regex(/^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i, 'must be <host>:<port>')),
);

export const EdgeRoutesSchema: z.ZodType<EdgeRoutes> = z
  .object({ table: RouteTableSchema, backends: Backends })
  .superRefine(({ table, backends }, context) => {
    for (const deployment of namedDeployments(table)) {
      if (backends[deployment] !== undefined) continue;
      context.addIssue({ code: 'custom', path: ['backends', deployment], message: 'has no addresses' });
    }
    const ports = Object.values(table.previews);
    if (new Set(ports).size < ports.length) {
      context.addIssue({ code: 'custom', path: ['table', 'previews'], message: 'two previews on one port' });
    }
  });

const LatencyHistogramSchema: z.ZodType<LatencyHistogram> = z.object({
  boundsMs: z.array(z.number()),
  counts: z.array(z.int().nonnegative()),
});

const Totals: z.ZodType<Readonly<Record<string, TrafficTotals>>> = z.record(
  z.string(),
  z.object({
    since: z.string(),
    requests: z.int().nonnegative(),
    errors: z.int().nonnegative(),
    synthetic: z.int().nonnegative(),
    active: z.int().nonnegative(),
    latency: LatencyHistogramSchema,
  }),
);

const readyWorkers = z.int().nonnegative().nullable().default(null);
const isOutdated = z.boolean().default(false);

/** The part of an observation that says whether users can be served. */
export type EdgeHealth = Pick<EdgeObservation, 'readyWorkers' | 'isOutdated'>;

export const EdgeHealth: z.ZodType<EdgeHealth> = z.object({ readyWorkers, isOutdated });

export const EdgeObservationSchema: z.ZodType<EdgeObservation> = z.object({
  generation: z.int().nonnegative(),
  table: RouteTableSchema,
  backends: Backends,
  deployments: Totals,
  previews: Totals,
  refused: z.record(z.string(), z.int().nonnegative()).default({}),
  readyWorkers,
  isOutdated,
});
