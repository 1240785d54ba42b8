import { z } from 'zod';

/** What the demo's users have seen. */
export interface TrafficCounts {
  readonly sent: number;
  /** By deployment, as the edge marks every answer; `nobody` where there was no answer, or none with the mark. */
  readonly deployments: Readonly<Record<string, DeploymentCounts>>;
}

interface DeploymentCounts {
  readonly answered: number;
  /** Of these: no answer, or status >= 500. */
  readonly failed: number;
}

export const TrafficCounts: z.ZodType<TrafficCounts> = z.object({
  sent: z.int(),
  deployments: z.record(z.string(), z.object({ answered: z.int(), failed: z.int() })),
});

export const nobody = 'nobody';

export const noTraffic: TrafficCounts = { sent: 0, deployments: {} };

export function withAnswer(
  { sent, deployments }: TrafficCounts,
  { deployment, isFailed }: { readonly deployment: string; readonly isFailed: boolean },
): TrafficCounts {
  const { answered, failed } = deployments[deployment] ?? { answered: 0, failed: 0 };
  const counts = { answered: answered + 1, failed: failed + (isFailed ? 1 : 0) };
  return { sent: sent + 1, deployments: { ...deployments, [deployment]: counts } };
}

/** How many users saw something fail; with a deployment only those that it answered itself. */
export function failedIn({ deployments }: TrafficCounts, deployment: string | null = null): number {
  if (deployment !== null) return deployments[deployment]?.failed ?? 0;
  return Object.values(deployments).reduce((sum, { failed }) => sum + failed, 0);
}
