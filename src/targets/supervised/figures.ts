import { z } from 'zod';

import type { DeploymentFigures, ReplicaFigures } from '../../core/places/target.ts';

const Replica: z.ZodType<ReplicaFigures> = z.object({
  component: z.string(),
  index: z.int(),
  state: z.enum(['starting', 'ready', 'unready', 'failed', 'stopped']),
  restarts: z.int(),
  startedAt: z.string().nullable(),
  cpuSeconds: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  limits: z.object({ cpuMillis: z.number().nullable(), memoryBytes: z.number().nullable() }),
});

/** What a supervisor answers when asked what its replicas use. */
export const Figures: z.ZodType<DeploymentFigures> = z.object({ at: z.string(), replicas: z.array(Replica) });
