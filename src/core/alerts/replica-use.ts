import type { ReplicaReading, SampledWindow } from './samples.ts';

/** What one replica has used within a window. A figure is null where the system does not tell, or nothing limits it. */
export interface ReplicaUse {
  /** `agent replica 1 of production-7` */
  readonly name: string;
  /** Share of its CPU limit, or of one core where it has none, over the whole window. */
  readonly cpu: number | null;
  /** Share of its memory limit that it never fell below. */
  readonly memory: number | null;
  readonly hasCpuLimit: boolean;
  readonly hasMemoryLimit: boolean;
  readonly restarts: number;
}

/** Of every replica that was there at the last look. */
export function replicaUses({ samples, spanMs }: SampledWindow): readonly ReplicaUse[] {
  const seen = new Map<string, ReplicaReading[]>();
  for (const reading of samples.flatMap(({ replicas }) => replicas ?? [])) {
    const name = nameOf(reading);
    seen.set(name, [...(seen.get(name) ?? []), reading]);
  }
  return (samples.at(-1)?.replicas ?? []).map((now) => {
    const name = nameOf(now);
    const readings = seen.get(name) ?? [now];
    return {
      name,
      cpu: cpuShare(readings, spanMs),
      memory: memoryShare(readings),
      hasCpuLimit: now.limits.cpuMillis !== null,
      hasMemoryLimit: now.limits.memoryBytes !== null,
      restarts: restartsIn(readings),
    };
  });
}

function nameOf({ component, index, deployment }: ReplicaReading): string {
  return `${component} replica ${index} of ${deployment}`;
}

/** The time of a process begins anew with each start: what an earlier one used after the last look at it is lost. */
function cpuShare(readings: readonly ReplicaReading[], spanMs: number): number | null {
  if (spanMs <= 0) return null;
  let seconds = 0;
  for (const [index, now] of readings.entries()) {
    if (now.cpuSeconds === null) return null;
    const before = readings[index - 1];
    if (before === undefined) continue;
    const isSame = before.startedAt === now.startedAt;
    seconds += isSame ? Math.max(0, now.cpuSeconds - (before.cpuSeconds ?? 0)) : now.cpuSeconds;
  }
  const cores = (readings.at(-1)?.limits.cpuMillis ?? 1000) / 1000;
  return seconds / (spanMs / 1000) / cores;
}

function memoryShare(readings: readonly ReplicaReading[]): number | null {
  const limit = readings.at(-1)?.limits.memoryBytes ?? null;
  const used = readings.map(({ memoryBytes }) => memoryBytes);
  if (limit === null || used.includes(null)) return null;
  return Math.min(...used.map((bytes) => bytes ?? 0)) / limit;
}

/** They are counted by a supervisor, and begin anew with it. */
function restartsIn(readings: readonly ReplicaReading[]): number {
  return readings.reduce((sum, { restarts }, index) => {
    const before = readings[index - 1]?.restarts ?? restarts;
    return sum + (restarts >= before ? restarts - before : restarts);
  }, 0);
}
