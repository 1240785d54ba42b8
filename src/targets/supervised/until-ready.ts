import { setTimeout as delay } from 'node:timers/promises';

import type { DeploymentRef, Observation, ReplicaObservation } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';
import type { DeploymentFolder } from './layout.ts';
import { lastLines } from './log-reader.ts';
import { SupervisorClient } from './supervisor-client.ts';
import type { SupervisorRecord } from './supervisor-record.ts';

const shownLines = 20;

export interface Wanted {
  readonly deployment: DeploymentRef;
  readonly folder: DeploymentFolder;
  readonly supervisor: SupervisorRecord;
  /** The components that must get ready. */
  readonly components: ReadonlySet<string>;
  /** The supervisor decides when a component has failed; this is for a supervisor that never does. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Waits until all wanted components are ready. Throws `component_not_ready` as soon as one has failed. */
export async function untilComponentsReady(wanted: Wanted): Promise<void> {
  const { deployment, signal } = wanted;
  const client = new SupervisorClient(wanted.supervisor);
  const endsAt = performance.now() + wanted.timeoutMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(200, pauseMs * 1.3)) {
    const observation = await client.observation(signal);
    if (observation === null || observation.state === 'absent') throw supervisorEnded(deployment);
    const failed = findReplica(observation, wanted.components, ({ state }) => state === 'failed');
    if (failed !== null) throw await notReady(wanted, failed);
    const waiting = findReplica(observation, wanted.components, ({ state }) => state !== 'ready');
    if (waiting === null) return;
    if (performance.now() >= endsAt) throw await notReady(wanted, waiting);
    await delay(pauseMs);
    signal.throwIfAborted();
  }
}

interface FoundReplica {
  readonly component: string;
  readonly replica: ReplicaObservation;
}

function findReplica(
  observation: Observation,
  names: ReadonlySet<string>,
  matches: (replica: ReplicaObservation) => boolean,
): FoundReplica | null {
  for (const { name, replicas } of observation.components.filter((component) => names.has(component.name))) {
    const replica = replicas.find(matches);
    if (replica !== undefined) return { component: name, replica };
  }
  return null;
}

async function notReady(wanted: Wanted, { component, replica }: FoundReplica): Promise<DeployerError> {
  const { deployment, environment } = wanted.deployment;
  const stored = await lastLines(wanted.folder, { component, replica: replica.index, count: shownLines });
  // Each try says the same: the last one is enough.
  const { startedAt } = replica;
  const said = startedAt === null ? stored : stored.filter(({ at }) => at >= startedAt);
  return new DeployerError('component_not_ready', {
    message: `Replica ${replica.index} of ${component} in ${deployment} did not become ready: ${replica.reason}.`,
    hint: `deployer logs ${environment} ${component} --deployment ${deployment}`,
    path: `components.${component}`,
    detail: said.length === 0 ? ['(it wrote nothing)'] : said.map(({ line }) => line),
  });
}

function supervisorEnded({ deployment }: DeploymentRef): DeployerError {
  return new DeployerError('supervisor_failed', {
    message: `The supervisor of ${deployment} ended while its components were starting.`,
    hint: 'deployer retry',
  });
}
