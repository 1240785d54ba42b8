import type { DeploymentRef, ReplicaFigures } from '../../../core/places/target.ts';

/** What is known of one replica at the moment of a scrape. */
export interface ReplicaSample extends ReplicaFigures {
  /** Whether the system applies its limits, where there are any. */
  readonly enforced: { readonly memory: boolean; readonly cpu: boolean };
}

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly values: (sample: ReplicaSample) => readonly Value[];
}

interface Value {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

const metrics: readonly Metric[] = [
  {
    name: 'deployer_replica_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time used by the processes of the replica.',
    values: ({ cpuSeconds }) => known(cpuSeconds),
  },
  {
    name: 'deployer_replica_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of the processes of the replica.',
    values: ({ memoryBytes }) => known(memoryBytes),
  },
  {
    name: 'deployer_replica_restarts_total',
    type: 'counter',
    help: 'How often the replica was started again.',
    values: ({ restarts }) => [{ value: restarts }],
  },
  {
    name: 'deployer_replica_ready',
    type: 'gauge',
    help: '1 when the replica is ready.',
    values: ({ state }) => [{ value: Number(state === 'ready') }],
  },
  {
    name: 'deployer_replica_limit_enforced',
    type: 'gauge',
    help: '1 when the system applies a limit that is set, 0 when it cannot: memory is then watched, cpu left alone.',
    values: ({ limits, enforced }) => [
      ...(limits.memoryBytes === null
        ? []
        : [{ value: Number(enforced.memory), labels: { resource: 'memory' } }]),
      ...(limits.cpuMillis === null ? [] : [{ value: Number(enforced.cpu), labels: { resource: 'cpu' } }]),
    ],
  },
];

/** What the system does not tell has no line. */
function known(value: number | null): readonly Value[] {
  return value === null ? [] : [{ value }];
}

/** The Prometheus text format, version 0.0.4. */
export function renderMetrics(
  deployment: DeploymentRef & { readonly release: string },
  samples: readonly ReplicaSample[],
): string {
  const { integration, environment, release } = deployment;
  const common = { integration, environment, deployment: deployment.deployment, release };
  const lines = metrics.flatMap((metric) => [
    `# HELP ${metric.name} ${metric.help}`,
    `# TYPE ${metric.name} ${metric.type}`,
    ...samples.flatMap((sample) =>
      metric.values(sample).map(({ value, labels }) => {
        const own = { ...common, component: sample.component, replica: String(sample.index), ...labels };
        return `${metric.name}{${labelText(own)}} ${value}`;
      }),
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(',');
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
