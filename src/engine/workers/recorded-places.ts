import { join } from 'node:path';

import type { EdgeRef, Edges } from '../../core/switching/edge.ts';
import type { DeploymentRef, Target } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';
import { folderNames } from '../../lib/folder-names.ts';
import { pause } from '../../lib/pause.ts';
import { whyUnseen } from '../convergence/trouble.ts';

/** What a home's folders say was started, without a database to ask. */
export interface RecordedPlaces {
  readonly edges: readonly EdgeRef[];
  readonly deployments: readonly DeploymentRef[];
}

export async function recordedPlaces(root: string): Promise<RecordedPlaces> {
  const folder = join(root, 'environments');
  const edges: EdgeRef[] = [];
  const deployments: DeploymentRef[] = [];
  for (const integration of await folderNames(folder)) {
    for (const environment of await folderNames(join(folder, integration))) {
      edges.push({ integration, environment });
      for (const deployment of await folderNames(join(folder, integration, environment, 'deployments'))) {
        deployments.push({ integration, environment, deployment });
      }
    }
  }
  return { edges, deployments };
}

/** The places of this machine, which can be seen and ended without a server. */
export interface LocalPlaces {
  readonly edges: Edges;
  /** The process of an edge; null: there never was one. */
  readonly edgeProcess: (edge: EdgeRef) => Promise<RecordedProcess | null>;
  readonly processes: LocalProcesses;
}

export interface RecordedProcess {
  readonly pid: number;
  readonly isRunning: boolean;
}

export interface LocalProcesses extends Pick<Target, 'observe'> {
  /**
   * Ends everything of a deployment, and keeps what is needed to bring it back as it was. False when nothing of it ran.
   */
  stop(deployment: DeploymentRef, signal: AbortSignal): Promise<boolean>;
  /** The process that looks after a deployment, also when it has gone; null: none is to, as after its end. */
  supervisor(deployment: DeploymentRef): Promise<RecordedProcess | null>;
  /** Replicas that listen beyond loopback, though they were told not to. */
  wideListeners(
    deployment: DeploymentRef,
    signal: AbortSignal,
  ): Promise<readonly { readonly component: string; readonly address: string }[]>;
}

/** An edge or a supervisor that starts writes its record within this time. */
const startingMs = 500;

export interface EndedPlaces {
  readonly stopped: readonly string[];
  /** What could not be ended, each with the reason. */
  readonly left: readonly string[];
}

/**
 * Ends every edge, supervisor and component of a home; what cannot be ended keeps nothing else from it. What was live
 * comes back with the next server.
 */
export async function endPlaces(
  places: LocalPlaces,
  root: string,
  signal: AbortSignal,
): Promise<EndedPlaces> {
  const stopped: string[] = [];
  const left = new Map<string, string>();

  async function end(all: readonly Ending[]): Promise<number> {
    const tried = all
      .filter(({ name }) => !left.has(name))
      .map(async ({ name, stop }) => {
        try {
          return (await stop(signal)) ? [name] : [];
        } catch (error) {
          left.set(name, whyUnseen(error));
          return [];
        }
      });
    const found = (await Promise.all(tried)).flat();
    stopped.push(...found);
    return found.length;
  }

  // What was just being started has no record yet when it is looked for the first time.
  for (let isFirst = true; ; isFirst = false) {
    const { edges, deployments } = endings(places, await recordedPlaces(root));
    // Users leave before what answers them does.
    const count = (await end(edges)) + (await end(deployments));
    if (signal.aborted || (count === 0 && !isFirst))
      return { stopped, left: [...left].map(([name, reason]) => `${name}: ${reason}`) };
    if (stopped.length > 0) await pause(startingMs, signal).catch(() => undefined);
  }
}

/** A place and how it is ended: whoever does that looks for itself, so nothing has to answer first. */
interface Ending {
  readonly name: string;
  /** False when nothing of it ran. */
  readonly stop: (signal: AbortSignal) => Promise<boolean>;
}

function endings(
  { edges, processes }: LocalPlaces,
  recorded: RecordedPlaces,
): { readonly edges: readonly Ending[]; readonly deployments: readonly Ending[] } {
  return {
    edges: recorded.edges.map((edge) => ({
      name: `${edge.integration}/${edge.environment} edge`,
      stop: (signal) => edges.stop(edge, signal),
    })),
    deployments: recorded.deployments.map((deployment) => ({
      name: `${deployment.integration}/${deployment.deployment}`,
      stop: (signal) => processes.stop(deployment, signal),
    })),
  };
}

/** Throws `stop_incomplete` when something could not be ended. */
export function refuseLeft({ left }: Pick<EndedPlaces, 'left'>): void {
  if (left.length === 0) return;
  throw new DeployerError('stop_incomplete', {
    message: 'Not everything of this home could be ended; what else there was has ended.',
    hint: 'deployer doctor, then once more: deployer stop --all',
    detail: left,
  });
}
