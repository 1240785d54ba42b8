/** What the demo's users have seen. */
export interface TrafficCounts {
  readonly sent: number;
  /** No answer, or status >= 500. */
  readonly failed: number;
  /** By deployment, from the mark that the edge puts on every answer; `nobody` when there was none. */
  readonly deployments: Readonly<Record<string, DeploymentCounts>>;
}

export interface DeploymentCounts {
  readonly answered: number;
  readonly failed: number;
}

export const noTraffic: TrafficCounts = { sent: 0, failed: 0, deployments: {} };

export function counted(counts: TrafficCounts, deployment: string, isFailed: boolean): TrafficCounts {
  const before = counts.deployments[deployment] ?? { answered: 0, failed: 0 };
  return {
    sent: counts.sent + 1,
    failed: counts.failed + (isFailed ? 1 : 0),
    deployments: {
      ...counts.deployments,
      [deployment]: {
        answered: before.answered + 1,
        failed: before.failed + (isFailed ? 1 : 0),
      },
    },
  };
}
