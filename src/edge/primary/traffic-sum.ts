import type { TrafficTotals } from '../../core/switching/edge.ts';
import { latencyBoundsMs } from '../../core/verdicts/latency.ts';
import type { Traffic, TrafficCount } from '../worker-messages.ts';

export const noTraffic: Traffic = { deployments: {}, previews: {}, refused: {} };

/** Two readings together, e.g. of two workers. */
export function addTraffic(a: Traffic, b: Traffic): Traffic {
  return {
    deployments: addCounts(a.deployments, b.deployments),
    previews: addCounts(a.previews, b.previews),
    refused: addRefused(a.refused, b.refused),
  };
}

/** Deployments that ended workers have counted for are remembered up to this number. */
const rememberedDeployments = 200;

/** What remains of workers that have ended: what they counted, but nothing open. */
export function endedTraffic({ deployments, previews, refused }: Traffic): Traffic {
  const ended = (counts: Traffic['deployments']): Traffic['deployments'] => {
    const latest = Object.entries(counts).slice(-rememberedDeployments);
    return Object.fromEntries(latest.map(([id, count]) => [id, { ...count, active: 0 }]));
  };
  return { deployments: ended(deployments), previews: ended(previews), refused };
}

export function totals(
  counts: Traffic['deployments'],
  since: string,
): Readonly<Record<string, TrafficTotals>> {
  return Object.fromEntries(
    Object.entries(counts).map(([id, { counts, ...count }]) => [
      id,
      { since, ...count, latency: { boundsMs: latencyBoundsMs, counts } },
    ]),
  );
}

function addCounts(a: Traffic['deployments'], b: Traffic['deployments']): Traffic['deployments'] {
  const sum: Record<string, TrafficCount> = { ...a };
  for (const [id, count] of Object.entries(b)) {
    const other = sum[id];
    sum[id] = other === undefined ? count : addCount(other, count);
  }
  return sum;
}

function addRefused(a: Traffic['refused'], b: Traffic['refused']): Traffic['refused'] {
  const sum = { ...a };
  for (const [code, count] of Object.entries(b)) sum[code] = (sum[code] ?? 0) + count;
  return sum;
}

function addCount(a: TrafficCount, b: TrafficCount): TrafficCount {
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    synthetic: a.synthetic + b.synthetic,
    active: a.active + b.active,
    counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)),
  };
}
