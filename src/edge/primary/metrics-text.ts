import type { EdgeObservation, EdgeRef, TrafficTotals } from '../../core/switching/edge.ts';

/** Of the fine buckets one per doubling is exported: eighteen series per deployment instead of 180. */
const everyNthBound = 10;

/** What an edge counts, in the text format of Prometheus (version 0.0.4). */
export function metricsText(edge: EdgeRef, observation: EdgeObservation): string {
  const rows = [
    ...Object.entries(observation.deployments).map(([id, totals]) => ({ id, audience: 'everyone', totals })),
    ...Object.entries(observation.previews).map(([id, totals]) => ({ id, audience: 'preview', totals })),
  ].map(({ id, audience, totals }) => ({ labels: { ...edge, deployment: id, audience }, totals }));
  const counter = (name: string, help: string, read: (totals: TrafficTotals) => number): string[] => [
    `# HELP deployer_edge_${name} ${help}`,
    `# TYPE deployer_edge_${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`,
    ...rows.map(({ labels, totals }) => sample(name, labels, read(totals))),
  ];
  const lines = [
    '# HELP deployer_edge_generation Generation of the route table in force.',
    '# TYPE deployer_edge_generation gauge',
    sample('generation', edge, observation.generation),
    '# HELP deployer_edge_workers Workers that take connections.',
    '# TYPE deployer_edge_workers gauge',
    sample('workers', edge, observation.readyWorkers ?? 0),
    '# HELP deployer_edge_refused_total Requests that the edge answered itself, and connections that it refused.',
    '# TYPE deployer_edge_refused_total counter',
    ...Object.entries(observation.refused).map(([code, count]) =>
      sample('refused_total', { ...edge, code }, count),
    ),
    ...counter('requests_total', 'Requests answered or failed.', (totals) => totals.requests),
    ...counter(
      'errors_total',
      'Requests without an answer, or with status >= 500.',
      (totals) => totals.errors,
    ),
    ...counter('synthetic_total', 'Requests of the prober.', (totals) => totals.synthetic),
    ...counter('open', 'Requests, streams and sockets that are open.', (totals) => totals.active),
    '# HELP deployer_edge_latency_seconds Time to the last byte; to the first one for streams and sockets.',
    '# TYPE deployer_edge_latency_seconds histogram',
    ...rows.flatMap(({ labels, totals }) => histogram(labels, totals)),
  ];
  return `${lines.join('\n')}\n`;
}

type Labels = Readonly<Record<string, string>>;

/** The sum of all latencies is not kept: it is estimated from the middle of each bucket. */
function histogram(labels: Labels, { latency }: TrafficTotals): string[] {
  const lines: string[] = [];
  let count = 0;
  let sumMs = 0;
  for (const [index, inBucket] of latency.counts.entries()) {
    const upper = latency.boundsMs[index] ?? latency.boundsMs.at(-1) ?? 0;
    const lower = latency.boundsMs[index - 1] ?? 0;
    count += inBucket;
    sumMs += (inBucket * (lower + upper)) / 2;
    const isExported = index % everyNthBound === 0 && index < latency.boundsMs.length;
    if (isExported)
      lines.push(sample('latency_seconds_bucket', { ...labels, le: String(upper / 1000) }, count));
  }
  lines.push(sample('latency_seconds_bucket', { ...labels, le: '+Inf' }, count));
  lines.push(sample('latency_seconds_sum', labels, sumMs / 1000));
  lines.push(sample('latency_seconds_count', labels, count));
  return lines;
}

function sample(name: string, labels: object, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(String(text))}"`);
  return `deployer_edge_${name}{${pairs.join(',')}} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
