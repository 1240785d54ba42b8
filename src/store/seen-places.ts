import { z } from 'zod';

import type { PlaceObservation } from '../core/checklist/observation.ts';
import type { EdgeRef } from '../core/switching/edge.ts';
import type { Queries } from './database.ts';
import { newestSeen } from './evidence.ts';
import { iso } from './json.ts';

export const observationKind = 'observation';

/** What was seen of an environment, as it is stored. */
export interface StoredObservation {
  readonly observation: PlaceObservation;
  readonly at: string;
  readonly evidence: string;
}

/** The last observation of an environment; null: there is none, or it is of a version that saw less. */
export async function lastObservation(db: Queries, place: EdgeRef): Promise<StoredObservation | null> {
  const [row] = await newestSeen(db, { ...place, kind: observationKind });
  const parsed = placeObservation.safeParse(row?.body);
  if (row === undefined || !parsed.success) return null;
  return { observation: parsed.data, at: iso(row.at), evidence: row.digest };
}

const reason = z.string().nullable();
const state = z.enum(['absent', 'starting', 'ready', 'degraded', 'failed', 'unseen']);

const placeObservation: z.ZodType<PlaceObservation> = z.object({
  v: z.literal(1),
  deployments: z.array(
    z.object({
      deployment: z.string(),
      state,
      reason,
      components: z.array(
        z.object({
          name: z.string(),
          artifact: z.string().nullable(),
          inputs: z.string().nullable(),
          replicas: z.number(),
          ready: z.number(),
        }),
      ),
    }),
  ),
  edge: z.object({ generation: z.number(), readyWorkers: z.number().nullable() }).nullable(),
  edgeUnseen: reason,
  decidedGeneration: z.number(),
  isHeld: z.boolean().default(false),
  residents: z.array(z.object({ component: z.string(), state, reason: reason })),
  disk: z.object({ freeBytes: z.number().nullable(), neededBytes: z.number() }),
  memory: z.object({ totalBytes: z.number(), availableBytes: z.number() }).nullable().exactOptional(),
  databaseAt: z.string(),
  monitoring: z
    .object({ section: z.string(), rules: z.number(), figuresAt: z.string().nullable() })
    .nullable(),
  waysBack: z.array(z.object({ deployment: z.string(), isReady: z.boolean(), reasons: z.array(z.string()) })),
});
