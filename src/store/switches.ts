import type { Insertable, Selectable } from 'kysely';

import type { SwitchCause } from '../core/switching/switcher.ts';
import type { Queries } from './database.ts';
import type { DeploymentRow } from './deployments.ts';
import type { SwitchTable } from './tables/environments.ts';

export async function insertSwitch(db: Queries, row: Insertable<SwitchTable>): Promise<void> {
  await db.insertInto('app.switch').values(row).execute();
}

/**
 * Every deployment that was stable in an environment, the latest first. One that only a rehearsal made stable was
 * never what users had.
 */
export async function formerlyStable(
  db: Queries,
  integration: string,
  environment: string,
): Promise<readonly DeploymentRow[]> {
  return await db
    .selectFrom('app.deployment')
    .selectAll('app.deployment')
    .innerJoin(
      (query) =>
        query
          .selectFrom('app.switch')
          .select((row) => ['to as switched', row.fn.max('generation').as('last')])
          .where('integration', '=', integration)
          .where('environment', '=', environment)
          .where('cause', '!=', 'rehearsal')
          .where('to', 'is not', null)
          .groupBy('to')
          .as('switch'),
      (join) => join.onRef('switch.switched', '=', 'app.deployment.id'),
    )
    .where('app.deployment.integration', '=', integration)
    .orderBy('switch.last', 'desc')
    .limit(50)
    .execute();
}

/** The switch after which there was none in an environment. */
export async function lastSwitch(
  db: Queries,
  integration: string,
  environment: string,
): Promise<Pick<Selectable<SwitchTable>, 'run' | 'from' | 'to' | 'cause'> | null> {
  const row = await db
    .selectFrom('app.switch')
    .select(['run', 'from', 'to', 'cause'])
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .orderBy('generation', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Why users were moved away from each deployment of an environment last, rehearsals left out. */
export async function lastLeavings(
  db: Queries,
  integration: string,
  environment: string,
): Promise<ReadonlyMap<string, SwitchCause>> {
  const rows = await db
    .selectFrom('app.switch')
    .distinctOn('from')
    .select(['from', 'cause'])
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('from', 'is not', null)
    .where('cause', '!=', 'rehearsal')
    .orderBy('from')
    .orderBy('generation', 'desc')
    .execute();
  return new Map(rows.flatMap(({ from, cause }) => (from === null ? [] : [[from, cause]])));
}

/** When users came to a deployment last, rehearsals left out; null: they never did. */
export async function lastArrival(
  db: Queries,
  { integration, environment, deployment }: Arrival,
): Promise<Date | null> {
  const row = await db
    .selectFrom('app.switch')
    .select('at')
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('to', '=', deployment)
    .where('cause', '!=', 'rehearsal')
    .orderBy('generation', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}

interface Arrival {
  readonly integration: string;
  readonly environment: string;
  readonly deployment: string;
}

/** Switches of an environment since a time, rehearsals left out, oldest first, with the commit of what took over. */
export async function switchesSince(
  db: Queries,
  { integration, environment, since, limit }: SwitchesQuery,
): Promise<readonly DeliveredSwitch[]> {
  const rows = await db
    .selectFrom('app.switch as switch')
    .leftJoin('app.deployment as deployment', (join) =>
      join
        .onRef('deployment.integration', '=', 'switch.integration')
        .onRef('deployment.id', '=', 'switch.to'),
    )
    .leftJoin('app.release as release', 'release.id', 'deployment.release')
    .select(['switch.at', 'switch.from', 'switch.to', 'switch.cause', 'release.commit'])
    .where('switch.integration', '=', integration)
    .where('switch.environment', '=', environment)
    .where('switch.at', '>=', since)
    .where('switch.cause', '!=', 'rehearsal')
    .orderBy('switch.generation', 'desc')
    .limit(limit)
    .execute();
  return rows.toReversed();
}

interface SwitchesQuery {
  readonly integration: string;
  readonly environment: string;
  readonly since: Date;
  readonly limit: number;
}

export type DeliveredSwitch = Pick<Selectable<SwitchTable>, 'at' | 'from' | 'to' | 'cause'> & {
  readonly commit: string | null;
};

/** When an environment was switched first, rehearsals left out; null: never. */
export async function firstSwitchAt(
  db: Queries,
  integration: string,
  environment: string,
): Promise<Date | null> {
  const row = await db
    .selectFrom('app.switch')
    .select('at')
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('cause', '!=', 'rehearsal')
    .orderBy('generation')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}
