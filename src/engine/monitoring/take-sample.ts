import type { Sample, ReplicaReading } from '../../core/alerts/samples.ts';
import type { EdgeObservation, EdgeRef } from '../../core/switching/edge.ts';
import { routedDeployments } from '../../core/switching/route-table.ts';
import { DeployerError } from '../../errors.ts';
import { findDeployment } from '../../store/deployments.ts';
import type { EnvironmentRow } from '../../store/environments.ts';
import type { EngineParts } from '../parts.ts';
import { targetOfDeployment } from '../switching/deployment-life.ts';

type SampleParts = Pick<EngineParts, 'database' | 'edges' | 'steady' | 'targets'>;

/** Whoever hangs is not waited for: that it does is for convergence to say. */
const lookMs = 3000;

/** What is seen of an environment now; a place that cannot be asked leaves its part of it out. */
export async function takeSample(
  parts: EngineParts,
  row: EnvironmentRow,
  { withReplicas, signal }: { readonly withReplicas: boolean; readonly signal: AbortSignal },
): Promise<Sample> {
  const routed = [...routedDeployments(row.routes)].sort();
  const ref = { integration: row.integration, environment: row.name };
  const within = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
  const [edge, replicas] = await Promise.all([
    orNull(edgeOf(parts, ref, within), signal),
    withReplicas ? orNull(replicasOf(parts, ref, { routed, signal: within }), signal) : null,
  ]);
  return {
    atMs: parts.steady.now(),
    routed,
    traffic: edge === null ? null : trafficOf(edge, routed),
    replicas,
  };
}

async function edgeOf(
  { edges }: SampleParts,
  ref: EdgeRef,
  signal: AbortSignal,
): Promise<EdgeObservation | null> {
  return await edges.observe(ref, signal);
}

function trafficOf({ deployments }: EdgeObservation, routed: readonly string[]): Sample['traffic'] {
  return Object.fromEntries(
    routed.flatMap((id) => {
      const totals = deployments[id];
      return totals === undefined ? [] : [[id, totals] as const];
    }),
  );
}

/** Null when one of the deployments cannot be asked: then nothing is known of the worst replica. */
async function replicasOf(
  parts: EngineParts,
  ref: EdgeRef,
  { routed, signal }: { readonly routed: readonly string[]; readonly signal: AbortSignal },
): Promise<readonly ReplicaReading[] | null> {
  const seen = await Promise.all(
    routed.map(async (deployment) => {
      const row = await findDeployment(parts.database.db, ref.integration, deployment);
      const target = await targetOfDeployment(parts, row);
      const figures = await target.figures({ ...ref, deployment }, signal);
      return figures?.replicas.map((replica): ReplicaReading => ({ ...replica, deployment })) ?? null;
    }),
  );
  return seen.includes(null) ? null : seen.flatMap((each) => each ?? []);
}

/** Null when a place does not answer as it should. */
async function orNull<T>(look: Promise<T | null>, signal: AbortSignal): Promise<T | null> {
  try {
    return await look;
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof DeployerError || isTimeout(error)) return null;
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}
