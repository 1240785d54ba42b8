import type { TopDeploymentView, TopFigures, TopTraffic, TopView } from '../../api/views/top.ts';
import { latencyBoundsMs, percentileMs } from '../../core/verdicts/latency.ts';
import type { ReplicaFigures } from '../../core/places/target.ts';

/** What one deployment did between two readings. Null: nobody can tell, or nothing happened that could be measured. */
export interface TopFigure {
  readonly integration: string;
  readonly environment: string;
  readonly deployment: string;
  readonly version: string;
  readonly state: string;
  readonly stable: boolean;
  readonly share: number;
  readonly requestsPerSecond: number | null;
  /** Share of the requests. */
  readonly errorRate: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Requests, streams and sockets. */
  readonly open: number | null;
  /** Of all replicas, in cores. */
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  readonly replicas: { readonly ready: number; readonly all: number } | null;
  /** Since its supervisor started. */
  readonly restarts: number | null;
  /** Alerts of its environment that fire, when it is what users have. */
  readonly firing: readonly string[];
}

export function topFigures(before: TopView, now: TopView): readonly TopFigure[] {
  const seconds = (Date.parse(now.at) - Date.parse(before.at)) / 1000;
  const earlier = new Map(before.deployments.map((each) => [keyOf(each), each]));
  return now.deployments.map((each) => {
    const { integration, environment, deployment, version, state, stable, share } = each;
    const last = earlier.get(keyOf(each)) ?? null;
    return {
      integration,
      environment,
      deployment,
      version,
      state,
      stable,
      share,
      ...trafficFigures(last?.traffic ?? null, each.traffic, seconds),
      ...useFigures(last?.figures ?? null, each.figures),
      firing: stable ? firingIn(now, each) : [],
    };
  });
}

function keyOf({ integration, deployment }: TopDeploymentView): string {
  return `${integration}/${deployment}`;
}

function firingIn({ firing }: TopView, { integration, environment }: TopDeploymentView): readonly string[] {
  return firing
    .filter((each) => each.integration === integration && each.environment === environment)
    .map(({ metric }) => metric);
}

type TrafficFigures = Pick<TopFigure, 'requestsPerSecond' | 'errorRate' | 'p50Ms' | 'p95Ms' | 'open'>;

function trafficFigures(before: TopTraffic | null, now: TopTraffic | null, seconds: number): TrafficFigures {
  const nothing = { requestsPerSecond: null, errorRate: null, p50Ms: null, p95Ms: null };
  if (now === null) return { ...nothing, open: null };
  if (before === null || seconds <= 0) return { ...nothing, open: now.active };
  // Another edge counts from nothing.
  const from = before.since === now.since && now.requests >= before.requests ? before : null;
  const requests = now.requests - (from?.requests ?? 0);
  const errors = now.errors - (from?.errors ?? 0);
  const counts = Array.from(
    { length: latencyBoundsMs.length + 1 },
    (_, index) => (now.counts[index] ?? 0) - (from?.counts[index] ?? 0),
  );
  const latency = { boundsMs: latencyBoundsMs, counts };
  return {
    requestsPerSecond: requests / seconds,
    errorRate: requests === 0 ? null : errors / requests,
    p50Ms: finite(percentileMs(latency, 0.5)),
    p95Ms: finite(percentileMs(latency, 0.95)),
    open: now.active,
  };
}

/** Beyond what the edge can measure there is no number. */
function finite(ms: number | null): number | null {
  return ms === null || !Number.isFinite(ms) ? null : ms;
}

type UseFigures = Pick<TopFigure, 'cpuCores' | 'memoryBytes' | 'replicas' | 'restarts'>;

function useFigures(before: TopFigures | null, now: TopFigures | null): UseFigures {
  if (now === null) return { cpuCores: null, memoryBytes: null, replicas: null, restarts: null };
  const { replicas } = now;
  return {
    cpuCores: before === null ? null : coresOf(before, now),
    memoryBytes: sumOf(replicas.map(({ memoryBytes }) => memoryBytes)),
    replicas: { ready: replicas.filter(({ state }) => state === 'ready').length, all: replicas.length },
    restarts: replicas.reduce((sum, { restarts }) => sum + restarts, 0),
  };
}

function coresOf(before: TopFigures, now: TopFigures): number | null {
  const seconds = (Date.parse(now.at) - Date.parse(before.at)) / 1000;
  if (seconds <= 0) return null;
  const used = now.replicas.map((replica) => {
    const last = before.replicas.find((each) => nameOf(each) === nameOf(replica));
    if (replica.cpuSeconds === null || last === undefined || last.cpuSeconds === null)
      return replica.cpuSeconds;
    return last.startedAt === replica.startedAt
      ? Math.max(0, replica.cpuSeconds - last.cpuSeconds)
      : replica.cpuSeconds;
  });
  const sum = sumOf(used);
  return sum === null ? null : sum / seconds;
}

function nameOf({ component, index }: ReplicaFigures): string {
  return `${component} ${index}`;
}

function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}
