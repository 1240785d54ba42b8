import { join } from 'node:path';

import type { EdgeRoutes } from '../../core/switching/edge.ts';
import { compareTables, emptyRouteTable } from '../../core/switching/route-table.ts';
import { DeployerError } from '../../errors.ts';
import { readJsonFile, writeFileAtomically } from '../../lib/atomic-file.ts';
import { complain } from '../complain.ts';
import { isDamage, setAside } from '../damaged-file.ts';
import { EdgeRoutesSchema } from '../schema.ts';

/** The routes of an edge in `route.json`: what it begins with after a restart. */
export class RouteStore {
  readonly #path: string;
  #routes: EdgeRoutes;

  private constructor(path: string, routes: EdgeRoutes) {
    this.#path = path;
    this.#routes = routes;
  }

  /**
   * Reads what was in force. Without a file, or with a damaged one, that is the empty table: it is older than any
   * other, so the server, which has the decided one, puts that in its place.
   */
  static async open(folder: string): Promise<RouteStore> {
    const path = join(folder, 'route.json');
    return new RouteStore(path, (await readRoutes(path)) ?? { table: emptyRouteTable, backends: {} });
  }

  get routes(): EdgeRoutes {
    return this.#routes;
  }

  /** Throws `route_stale` when the table in force is newer, or another of the same generation. */
  refuseStale({ table }: EdgeRoutes): void {
    const inForce = this.#routes.table;
    if (compareTables(table, inForce) !== 'stale') return;
    throw new DeployerError('route_stale', {
      message: `Route table ${table.generation} was refused: generation ${inForce.generation} is in force.`,
      hint: 'Read what is live with `deployer status`, then try again.',
    });
  }

  /** Returns when the routes would survive a loss of power. */
  async write(routes: EdgeRoutes): Promise<void> {
    await writeFileAtomically(this.#path, `${JSON.stringify(routes)}\n`);
    this.#routes = routes;
  }
}

async function readRoutes(path: string): Promise<EdgeRoutes | null> {
  try {
    return await readJsonFile(path, EdgeRoutesSchema);
  } catch (error) {
    if (!isDamage(error)) throw error;
    await setAside(path, new Date());
    complain('route.json was damaged and is set aside; nothing is routed until the server says where', error);
    return null;
  }
}
