import type { EdgeRef } from '../core/edge.ts';
import { type RouteTable, routedDeployments } from '../core/route-table.ts';
import { findDeployment } from '../store/deployments.ts';
import { configurationByDigest } from '../store/digested.ts';
import { findEnvironment } from '../store/environments.ts';
import type { Places } from './parts.ts';

/**
 * Makes the edge route by the table that the store says should be in force. The generation orders writers: of two that
 * push at once the older one is refused by the edge, and that is right.
 */
export async function pushRoutes(places: Places, ref: EdgeRef, signal: AbortSignal): Promise<RouteTable> {
  const { routes } = await findEnvironment(places.database.db, ref.integration, ref.environment);
  const backends = await backendsOf(places, ref, routes, signal);
  await places.edges.put(
    { integration: ref.integration, environment: ref.environment },
    { table: routes, backends },
    signal,
  );
  return routes;
}

/** Where the public component of each deployment in a table answers now. */
export async function backendsOf(
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
