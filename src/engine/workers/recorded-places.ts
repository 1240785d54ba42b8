import { join } from 'node:path';

import type { EdgeRef, Edges } from '../../core/edge.ts';
import type { DeploymentRef, Target } from '../../core/target.ts';
import { DeployerError } from '../../errors.ts';
import { folderNames } from '../../lib/folder-names.ts';
import { pause } from '../../lib/pause.ts';

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
  /** Ends everything of a deployment, and keeps what is needed to bring it back as it was. */
  stop(deployment: DeploymentRef, signal: AbortSignal): Promise<void>;
  /** Replicas that listen beyond loopback, though they were told not to. */
  wideListeners(
    deployment: DeploymentRef,
    signal: AbortSignal,
  ): Promise<readonly { readonly component: string; readonly address: string }[]>;
}

/** An edge or a supervisor that starts writes its record within this time. */
const startingMs = 500;

/** Ends every edge, supervisor and component of a home. What was live comes back with the next server. */
export async function endPlaces(
  places: LocalPlaces,
  root: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const stopped: string[] = [];
  // What was just being started has no record yet when it is looked for the first time.
  for (let isFirst = true; ; isFirst = false) {
    const found = await endRunning(places, root, signal);
    stopped.push(...found);
    if (found.length === 0 && !isFirst) return stopped;
    if (stopped.length > 0) await pause(startingMs, signal);
  }
}

async function endRunning(
  { edges, processes }: LocalPlaces,
  root: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const recorded = await recordedPlaces(root);
  const stopped: string[] = [];
  for (const edge of recorded.edges) {
    if ((await edges.observe(edge, signal)) === null) continue;
    await edges.stop(edge, signal);
    stopped.push(`${edge.integration}/${edge.environment} edge`);
  }
  await Promise.all(
    recorded.deployments.map(async (deployment) => {
      if ((await processes.observe(deployment, signal)).state === 'absent') return;
      await processes.stop(deployment, signal);
      stopped.push(`${deployment.integration}/${deployment.deployment}`);
    }),
  );
  return stopped;
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
