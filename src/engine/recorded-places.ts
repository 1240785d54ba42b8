import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { EdgeRef } from '../core/edge.ts';
import type { DeploymentRef } from '../core/target.ts';
import { isNodeError } from '../lib/node-error.ts';
import type { Places } from './parts.ts';

/** What a home's folders say was started, without a database to ask. */
export interface RecordedPlaces {
  readonly edges: readonly EdgeRef[];
  readonly deployments: readonly DeploymentRef[];
}

export async function recordedPlaces(root: string): Promise<RecordedPlaces> {
  const folder = join(root, 'environments');
  const edges: EdgeRef[] = [];
  const deployments: DeploymentRef[] = [];
  for (const integration of await names(folder)) {
    for (const environment of await names(join(folder, integration))) {
      edges.push({ integration, environment });
      for (const deployment of await names(join(folder, integration, environment, 'deployments'))) {
        deployments.push({ integration, environment, deployment });
      }
    }
  }
  return { edges, deployments };
}

/** Ends every edge, supervisor and component of a home. What was live comes back with the next server. */
export async function endPlaces(
  { edges, targets }: Pick<Places, 'edges' | 'targets'>,
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
  const { process } = targets;
  if (process === undefined) return stopped;
  await Promise.all(
    recorded.deployments.map(async (deployment) => {
      if ((await process.observe(deployment, signal)).state === 'absent') return;
      await process.retire(deployment, signal);
      stopped.push(`${deployment.integration}/${deployment.deployment}`);
    }),
  );
  return stopped;
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
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
  { edges, targets }: Pick<Places, 'edges' | 'targets'>,
  root: string,
  signal: AbortSignal,
): Promise<readonly PlaceHealth[]> {
  const recorded = await recordedPlaces(root);
  const edgeHealth = await Promise.all(
    recorded.edges.map(async (edge) => {
      const name = `edge of ${edge.integration}/${edge.environment}`;
      const seen = await edges.observe(edge, signal);
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
      const seen = await targets.process?.observe(deployment, signal);
      if (seen === undefined || seen.state === 'absent') return [];
      const ok = seen.state === 'ready' || seen.state === 'starting';
      const hint = ok
        ? null
        : `deployer logs ${deployment.environment} --integration ${deployment.integration}`;
      return [{ name, ok, detail: seen.reason ?? seen.state, hint }];
    }),
  );
  const running = deploymentHealth.flat();
  // After `stop --all` nothing runs, as was asked for.
  if (running.length === 0 && edgeHealth.every(({ ok }) => !ok)) return [];
  return [...edgeHealth, ...running];
}
