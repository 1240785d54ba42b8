import { join } from 'node:path';

import type { EdgeRef, Edges } from '../../core/edge.ts';
import type { DeploymentRef, Target } from '../../core/target.ts';
import { DeployerError } from '../../errors.ts';
import { folderNames } from '../../lib/folder-names.ts';
import { pause } from '../../lib/pause.ts';
import { whyUnseen } from '../convergence/trouble.ts';

/** What a home's folders say was started, without a database to ask. */
export interface RecordedPlaces {
  readonly edges: readonly EdgeRef[];
  readonly deployments: readonly DeploymentRef[];
}

async function recordedPlaces(root: string): Promise<RecordedPlaces> {
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
  readonly processes: LocalProcesses;
}

export interface LocalProcesses extends Pick<Target, 'observe'> {
  /**
   * Ends everything of a deployment, and keeps what is needed to bring it back as it was. False when nothing of it ran.
   */
  stop(deployment: DeploymentRef, signal: AbortSignal): Promise<boolean>;
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

/** How a place looks from outside. */
export interface PlaceHealth {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint: string | null;
}

/** Whether what was started answers. A deployment that has ended is no fault: most have. */
export async function placesHealth(
  { edges, processes }: LocalPlaces,
  root: string,
  signal: AbortSignal,
): Promise<readonly PlaceHealth[]> {
  const recorded = await recordedPlaces(root);
  const edgeHealth = await Promise.all(
    recorded.edges.map(async (edge) => {
      const name = `edge of ${edge.integration}/${edge.environment}`;
      const seen = await seenOr(edges.observe(edge, signal));
      if (seen instanceof DeployerError) return unseen(name, seen);
      if (seen?.readyWorkers === 0) {
        const hint = 'deployer status   (a running server starts it again, when that lasts)';
        return { name, ok: false, detail: 'none of its workers can serve', hint };
      }
      return seen === null
        ? {
            name,
            ok: false,
            detail: 'it does not run',
            hint: 'deployer status   (a running server starts it again)',
          }
        : { name, ok: true, detail: `generation ${seen.generation}`, hint: null };
    }),
  );
  const deploymentHealth = await Promise.all(
    recorded.deployments.map(async (deployment) => {
      const name = `${deployment.integration}/${deployment.deployment}`;
      const seen = await seenOr(processes.observe(deployment, signal));
      if (seen instanceof DeployerError) return [unseen(name, seen)];
      if (seen.state === 'absent') return [];
      const ok = seen.state === 'ready' || seen.state === 'starting';
      const hint = ok
        ? null
        : `deployer logs ${deployment.environment} --integration ${deployment.integration}`;
      const wide = (await processes.wideListeners(deployment, signal)).map(({ component, address }) => ({
        name: `${name} ${component}`,
        ok: false,
        detail: `it listens on ${address}, beyond this machine`,
        hint: 'Let it listen on HOST, which is 127.0.0.1: the edge is what others reach.',
      }));
      // Whether it is live or warm is for `status` to say.
      const detail = seen.reason ?? (seen.state === 'ready' ? 'its components are ready' : seen.state);
      return [{ name, ok, detail, hint }, ...wide];
    }),
  );
  const running = deploymentHealth.flat();
  // After `stop --all` nothing runs, as was asked for.
  if (running.length === 0 && edgeHealth.every(({ ok }) => !ok)) return [];
  return [...edgeHealth, ...running];
}

/** What hangs or is damaged is a finding of its own, and keeps nothing else from being looked at. */
async function seenOr<T>(seen: Promise<T>): Promise<T | DeployerError> {
  try {
    return await seen;
  } catch (error) {
    if (error instanceof DeployerError) return error;
    throw error;
  }
}

function unseen(name: string, { message }: DeployerError): PlaceHealth {
  return { name, ok: false, detail: message, hint: 'deployer status   (a running server mends what it can)' };
}
