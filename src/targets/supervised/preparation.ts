import { z } from 'zod';

import { roles } from '../../core/definition/integration.ts';
import type { Preparation } from '../../core/places/target.ts';
import { digestOf } from '../../lib/canonical-json.ts';

const Environment = z.record(z.string(), z.string());
const Command = z.object({ run: z.string(), timeoutMs: z.number(), env: Environment });
const Health = z.object({
  ready: z.string().nullable(),
  live: z.string().nullable(),
  run: z.string().nullable(),
  seconds: z.number().positive(),
});
const Shape = z.object({
  replicas: z.int().positive(),
  env: Environment,
  resources: z.object({
    cpuMillis: z.number().positive().nullable(),
    memoryBytes: z.number().positive().nullable(),
  }),
});

/** The frozen inputs of a deployment as they are stored beside it. */
export const StoredPreparation: z.ZodType<Preparation> = z
  .object({
    integration: z.string(),
    environment: z.string(),
    deployment: z.string(),
    release: z.string(),
    baseEnv: Environment,
    urls: Environment.exactOptional(),
    resident: z
      .object({ port: z.int().positive().nullable(), node: z.int().positive().exactOptional() })
      .exactOptional(),
    components: z
      .array(
        z.object({
          name: z.string(),
          role: z.enum(roles),
          path: z.string(),
          build: Command.nullable(),
          run: z.string(),
          dockerfile: z.string().nullable(),
          port: z.number().nullable(),
          isPublic: z.boolean(),
          health: Health,
          needs: z.array(z.string()),
          activation: z.enum(['always', 'when-live']),
          overlap: z.boolean(),
          drainMs: z.number().nonnegative(),
          exclude: z.array(z.string()),
          scope: z.literal('environment').exactOptional(),
          artifact: z.string(),
          shape: Shape,
        }),
      )
      .min(1),
  })
  // Two would have one `DATA_DIR`.
  .refine(({ resident, components }) => resident === undefined || components.length === 1, {
    message: 'a resident is one component',
    path: ['components'],
  });

/** Tells inputs apart, whichever way they came here. */
export function inputsDigest(preparation: Preparation): string {
  return digestOf(StoredPreparation.parse(preparation));
}
