import type { Insertable, Selectable } from 'kysely';

import type { SwitchCause } from '../core/switcher.ts';
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
