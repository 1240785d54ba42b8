import { z } from 'zod';

import { openWindow, type TrafficWindow } from '../core/verdicts/traffic-window.ts';

/**
 * What a watch writes down, so that after a crash it goes on with the same window: where the present edge's counting
 * began, and what earlier edges had counted. It changes only when an edge restarts.
 */
export interface WatchMemory extends Omit<TrafficWindow, 'latest'> {
  readonly v: 1;
}

const traffic = {
  requests: z.number(),
  errors: z.number(),
  synthetic: z.number(),
  latency: z.object({ boundsMs: z.array(z.number()), counts: z.array(z.number()) }),
};
const watchMemory: z.ZodType<WatchMemory> = z.object({
  v: z.literal(1),
  earlier: z.object(traffic),
  from: z.object({ ...traffic, since: z.string(), active: z.number() }).nullable(),
});

export function memoryOf({ earlier, from }: TrafficWindow): WatchMemory {
  return { v: 1, earlier, from };
}

/** The window as it was remembered; null when there is no memory. */
export function windowFrom(memory: unknown): TrafficWindow | null {
  if (memory === null || memory === undefined) return null;
  const { earlier, from } = watchMemory.parse(memory);
  return { ...openWindow(from), earlier };
}
