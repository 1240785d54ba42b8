import { type Selectable, sql } from 'kysely';

import type { EdgeRef } from '../core/switching/edge.ts';
import type { RouteTable } from '../core/switching/route-table.ts';
import { unknownEnvironment } from '../core/texts/unknown-environment.ts';
import type { Trouble } from '../core/workers/watchdog.ts';
import { DeployerError } from '../errors.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { EnvironmentTable } from './tables/environments.ts';

export type EnvironmentRow = Selectable<EnvironmentTable>;

export async function findEnvironment(
  db: Queries,
  integration: string,
  name: string,
): Promise<EnvironmentRow> {
  const row = await db
    .selectFrom('app.environment')
    .selectAll()
    .where('integration', '=', integration)
    .where('name', '=', name)
    .executeTakeFirst();
  if (row !== undefined) return row;
  const names = (await listEnvironments(db, integration)).map((environment) => environment.name);
  throw unknownEnvironment({ integration, name, names });
}

/** The row, locked until the transaction ends: every change of routes and holder begins with it. */
export async function lockEnvironment(
  db: Queries,
  integration: string,
  name: string,
): Promise<EnvironmentRow> {
  return await db
    .selectFrom('app.environment')
    .selectAll()
    .where('integration', '=', integration)
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** In the order of the file. */
export async function listEnvironments(db: Queries, integration: string): Promise<readonly EnvironmentRow[]> {
  return await db
    .selectFrom('app.environment')
    .selectAll()
    .where('integration', '=', integration)
    .orderBy('position')
    .orderBy('name')
    .execute();
}

/** Those of a host that have had a deployment, or have something that exists once. */
export async function environmentsOfHost(db: Queries, host: string): Promise<readonly EnvironmentRow[]> {
  return await db
    .selectFrom('app.environment')
    .selectAll()
    .where('host', '=', host)
    .where((row) =>
      row.or([
        row('generation', '>', 0),
        row.exists(
          row
            .selectFrom('app.resident as resident')
            .select('component')
            .whereRef('resident.integration', '=', 'app.environment.integration')
            .whereRef('resident.environment', '=', 'app.environment.name'),
        ),
      ]),
    )
    .execute();
}

/** The host that has an integration: its sources and artifacts, and so its environments. Null before the first ship. */
export async function hostOfIntegration(db: Queries, integration: string): Promise<string | null> {
  const row = await db
    .selectFrom('app.environment')
    .select('host')
    .where('integration', '=', integration)
    .where('host', 'is not', null)
    .executeTakeFirst();
  return row?.host ?? null;
}

/** Environments that are new belong to where they are shipped from. */
export async function claimEnvironments(db: Queries, integration: string, host: string): Promise<void> {
  await db
    .updateTable('app.environment')
    .set({ host })
    .where('integration', '=', integration)
    .where('host', 'is', null)
    .execute();
}

/** What is wrong with an environment, as its host sees it. */
export async function setTrouble(
  db: Queries,
  { integration, environment }: EdgeRef,
  trouble: readonly Trouble[],
): Promise<void> {
  await db
    .updateTable('app.environment')
    .set({ trouble: json(trouble) })
    .where('integration', '=', integration)
    .where('name', '=', environment)
    .execute();
}

/** Records the table that is to be in force. Refuses one whose generation does not follow the recorded one. */
export async function saveRoutes(
  db: Queries,
  environment: EnvironmentRow,
  routes: RouteTable,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('app.environment')
    .set({ routes: json(routes), generation: routes.generation })
    .where('integration', '=', environment.integration)
    .where('name', '=', environment.name)
    .where('generation', '=', routes.generation - 1)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) return;
  throw new DeployerError('route_stale', {
    message: `The routes of ${environment.name} changed meanwhile (generation ${routes.generation} is taken).`,
    hint: 'deployer status',
  });
}

/**
 * Gives the recorded table a generation that an edge takes which is ahead of it: only a restored backup is behind one.
 */
export async function overtakeRoutes(
  db: Queries,
  { integration, name, routes }: EnvironmentRow,
  generation: number,
): Promise<void> {
  await db
    .updateTable('app.environment')
    .set({ routes: json({ ...routes, generation }), generation })
    .where('integration', '=', integration)
    .where('name', '=', name)
    .where('generation', '<', generation)
    .execute();
}

/** Nothing is left that a restored backup has to be brought together with. */
export async function settleEnvironment(db: Queries, integration: string, name: string): Promise<void> {
  await db
    .updateTable('app.environment')
    .set({ restored: null })
    .where('integration', '=', integration)
    .where('name', '=', name)
    .execute();
}

/** The number of the environment's next deployment. */
export async function takeDeploymentNumber(db: Queries, integration: string, name: string): Promise<number> {
  const row = await db
    .updateTable('app.environment')
    .set({ next_deployment: sql<number>`next_deployment + 1` })
    .where('integration', '=', integration)
    .where('name', '=', name)
    .returning('next_deployment')
    .executeTakeFirstOrThrow();
  return row.next_deployment - 1;
}

/** Makes `holder` the one that changes the environment. False when another one does. */
export async function takeEnvironment(
  db: Queries,
  environment: EnvironmentRow,
  holder: string,
): Promise<boolean> {
  if (environment.holder === holder) return true;
  if (environment.holder !== null) return false;
  await setHolder(db, environment, holder);
  return true;
}

export async function setHolder(
  db: Queries,
  environment: EnvironmentRow,
  holder: string | null,
): Promise<void> {
  await db
    .updateTable('app.environment')
    .set({ holder, held_since: holder === null ? null : new Date() })
    .where('integration', '=', environment.integration)
    .where('name', '=', environment.name)
    .execute();
}

export async function addCapacityWaiter(
  db: Queries,
  environment: EnvironmentRow,
  run: string,
): Promise<void> {
  await db
    .insertInto('app.capacity_waiter')
    .values({ integration: environment.integration, environment: environment.name, run, since: new Date() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function removeCapacityWaiter(db: Queries, run: string): Promise<void> {
  await db.deleteFrom('app.capacity_waiter').where('run', '=', run).execute();
}

/** Oldest first. */
export async function capacityWaiters(db: Queries, environment: EnvironmentRow): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('app.capacity_waiter as waiter')
    .innerJoin('app.run as run', 'run.id', 'waiter.run')
    .select('waiter.run')
    .where('waiter.integration', '=', environment.integration)
    .where('waiter.environment', '=', environment.name)
    .orderBy('waiter.since')
    .orderBy('run.number')
    .execute();
  return rows.map(({ run }) => run);
}
