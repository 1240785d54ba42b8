import type { EdgeRef, EdgeRoutes } from '../../core/switching/edge.ts';
import { namedDeployments, type RouteTable, stableOf } from '../../core/switching/route-table.ts';
import { DeployerError } from '../../errors.ts';
import { isDatabaseAway } from '../../store/connection-lost.ts';
import { findDeployment } from '../../store/deployments.ts';
import { configurationByDigest } from '../../store/digested.ts';
import { findEnvironment } from '../../store/environments.ts';
import type { Places } from '../parts.ts';
import { restartedEdge } from './edge-of-environment.ts';

/**
 * Makes the edge route by the table that the store says should be in force. The generation orders writers: when another
 * one was faster, what is in force was read from the store later than ours, so it holds what ours was about.
 */
export async function pushRoutes(places: Places, ref: EdgeRef, signal: AbortSignal): Promise<void> {
  const { integration, environment } = ref;
  const { routes } = await findEnvironment(places.database.db, integration, environment);
  const backends = await backendsOf(places, ref, routes, signal);
  try {
    await tellEdge(places, { integration, environment }, { table: routes, backends }, signal);
  } catch (error) {
    if (!(error instanceof DeployerError) || error.code !== 'route_stale') throw error;
  }
}

/**
 * An edge that ends just now, or in the middle of this, is started again: users must not wait for the next look at it.
 */
async function tellEdge(
  places: Places,
  ref: EdgeRef,
  routes: EdgeRoutes,
  signal: AbortSignal,
): Promise<void> {
  try {
    await places.edges.put(ref, routes, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DeployerError) || error.code !== 'edge_failed') throw error;
    await restartedEdge(places, ref);
    await places.edges.put(ref, routes, signal);
  }
}

/**
 * Where the public component of each deployment in a table answers now. One that cannot be seen keeps the addresses
 * that the edge has: what hangs must not keep users from being moved away from it.
 */
async function backendsOf(
  places: Places,
  ref: EdgeRef,
  table: RouteTable,
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = await Promise.all(
    [...namedDeployments(table)].map(async (id) => {
      try {
        return [id, await endpointsOf(places, ref, id, signal)] as const;
      } catch (error) {
        if (signal.aborted || isDatabaseAway(error)) throw error;
        const known = (await places.edges.observe(ref, signal))?.backends[id] ?? [];
        if (known.length === 0 && id === stableOf(table)) throw error;
        return [id, known] as const;
      }
    }),
  );
  return Object.fromEntries(entries);
}

async function endpointsOf(
  places: Places,
  { integration }: EdgeRef,
  id: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const row = await findDeployment(places.database.db, integration, id);
  const { target } = await configurationByDigest(places.database.db, row.configuration);
  return (await places.targets[target]?.observe(row.preparation, signal))?.endpoints ?? [];
}
