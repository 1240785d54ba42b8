import { z } from 'zod';

import type { ComponentObservation, Observation, ReplicaObservation } from '../../core/places/target.ts';

const ReplicaStatus: z.ZodType<ReplicaObservation> = z.object({
  index: z.int(),
  state: z.enum(['starting', 'ready', 'unready', 'failed', 'stopped']),
  pid: z.int().nullable(),
  address: z.string().nullable(),
  restarts: z.int(),
  crashes: z.int(),
  startedAt: z.string().nullable(),
  reason: z.string().nullable(),
});

/** What a supervisor answers when asked how its deployment is. */
export const DeploymentStatus: z.ZodType<Observation> = z.object({
  state: z.enum(['absent', 'starting', 'ready', 'degraded', 'failed']),
  reason: z.string().nullable(),
  components: z.array(
    z.object({
      name: z.string(),
      artifact: z.string().exactOptional(),
      inputs: z.string().exactOptional(),
      replicas: z.array(ReplicaStatus),
    }),
  ),
  endpoints: z.array(z.string()),
  workersActive: z.boolean().nullable(),
});

/** Nothing of it runs. Its supervisor may live for a moment still, or for longer when it is kept from ending. */
export const absent: Observation = {
  state: 'absent',
  reason: 'No supervisor looks after it.',
  components: [],
  endpoints: [],
  workersActive: null,
};

/** It runs, and has answered nobody for so long that waiting for it is over. */
export function hung({ pid }: { readonly pid: number }): Observation {
  const reason = `Its supervisor (process ${pid}) does not answer any more.`;
  return { state: 'failed', reason, components: [], endpoints: [], workersActive: null };
}

/** The same answer says whether the supervisor was told to end; one that was started before there was that does not. */
export const EndingStatus: z.ZodType<{ readonly isEnding: boolean }> = z.object({
  isEnding: z.boolean().default(false),
});

export interface ObservedComponent extends ComponentObservation {
  readonly isPublic: boolean;
  readonly activation: 'always' | 'when-live';
}

export interface ObservedDeployment {
  readonly components: readonly ObservedComponent[];
  /** Whether all components that are not workers have been ready at some time. */
  readonly wasReady: boolean;
  readonly workersActive: boolean;
}

/**
 * The state of a deployment from the states of its replicas. Before it was ready once it is `starting`, and one failed
 * replica fails it; afterwards whatever is not ready only degrades it. A worker that is not wanted does not count; one
 * that is wanted and fails degrades, since requests are answered without it.
 */
export function observationOf(deployment: ObservedDeployment): Observation {
  const { components, workersActive } = deployment;
  const isWorker = ({ activation }: ObservedComponent) => activation === 'when-live';
  const wanted = components.filter((component) => !isWorker(component) || workersActive);
  const problems = wanted.flatMap((component) =>
    component.replicas
      .filter((replica) => replica.state !== 'ready')
      .map((replica) => ({ component, replica, reason: problemOf(component, replica) })),
  );
  const essential = problems.filter(({ component }) => !isWorker(component));
  const failure = essential.find(({ replica }) => replica.state === 'failed');
  const state = stateOf({
    hasFailed: failure !== undefined,
    isStarting: !deployment.wasReady && essential.length > 0,
    isWhole: problems.length === 0,
  });
  return {
    state,
    reason: (failure ?? problems[0])?.reason ?? null,
    components: components.map(({ name, artifact, inputs, replicas }) => ({
      name,
      ...(artifact === undefined ? {} : { artifact }),
      ...(inputs === undefined ? {} : { inputs }),
      replicas,
    })),
    endpoints: components
      .filter(({ isPublic }) => isPublic)
      .flatMap(({ replicas }) => readyAddresses(replicas)),
    workersActive: components.some(isWorker) ? workersActive : null,
  };
}

function readyAddresses(replicas: readonly ReplicaObservation[]): readonly string[] {
  return replicas.flatMap(({ state, address }) => (state === 'ready' && address !== null ? [address] : []));
}

function stateOf(facts: { hasFailed: boolean; isStarting: boolean; isWhole: boolean }): Observation['state'] {
  if (facts.hasFailed) return 'failed';
  if (facts.isWhole) return 'ready';
  return facts.isStarting ? 'starting' : 'degraded';
}

function problemOf(component: ObservedComponent, replica: ReplicaObservation): string {
  return `Replica ${replica.index} of ${component.name} is ${replica.state}: ${replica.reason ?? 'no reason known'}.`;
}
