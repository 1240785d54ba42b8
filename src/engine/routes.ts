import type { EdgeRef } from '../core/edge.ts';
import { type RouteTable, routedDeployments } from '../core/route-table.ts';
import { DeployerError } from '../errors.ts';
import { findDeployment } from '../store/deployments.ts';
import { configurationByDigest } from '../store/digested.ts';
import { findEnvironment } from '../store/environments.ts';
import type { Places } from './parts.ts';

/**
 * Makes the edge route by the table that the store says should be in force. The generation orders writers: when another
 * one was faster, what is in force was read from the store later than ours, so it holds what ours was about.
 */
export async function pushRoutes(places: Places, ref: EdgeRef, signal: AbortSignal): Promise<void> {
  const { integration, environment } = ref;
  const { routes } = await findEnvironment(places.database.db, integration, environment);
  const backends = await backendsOf(places, ref, routes, signal);
  try {
    await places.edges.put({ integration, environment }, { table: routes, backends }, signal);
  } catch (error) {
    if (!(error instanceof DeployerError) || error.code !== 'route_stale') throw error;
  }
}

/** Where the public component of each deployment in a table answers now. */
async function backendsOf(
  places: Places,
  ref: EdgeRef,
  table: RouteTable,
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const ids = new Set([...routedDeployments(table), ...Object.keys(table.previews)]);
  const entries = await Promise.all(
    [...ids].map(async (id) => {
      const row = await findDeployment(places.database.db, ref.integration, id);
      const { target } = await configurationByDigest(places.database.db, row.configuration);
      const observation = await places.targets[target]?.observe(row.preparation, signal);
      return [id, observation?.endpoints ?? []] as const;
    }),
  );
  return Object.fromEntries(entries);
}
