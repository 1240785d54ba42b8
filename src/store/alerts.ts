import type { Selectable } from 'kysely';

import type { Worker } from '../core/workers/host.ts';
import type { EdgeRef } from '../core/switching/edge.ts';
import type { Queries } from './database.ts';
import type { AlertTable } from './tables/monitoring.ts';

export type AlertRow = Selectable<AlertTable>;

export async function alertsIn(
  db: Queries,
  { integration, environment }: EdgeRef,
): Promise<readonly AlertRow[]> {
  return await db
    .selectFrom('app.alert')
    .selectAll()
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .execute();
}

/**
 * Those that were written down of a release, by what it says of monitoring.
 *
 * @param of whose rules, and the digest of the section that they are of
 */
export async function alertsOfSection(
  db: Queries,
  place: EdgeRef,
  of: { readonly release: string; readonly section: string },
): Promise<readonly AlertRow[]> {
  return (await alertsIn(db, place)).filter(
    ({ release, monitoring }) => release === of.release && monitoring === of.section,
  );
}

/** What fires now, of one integration or of all, that which began last first. */
export async function firingAlerts(db: Queries, integration: string | null): Promise<readonly AlertRow[]> {
  let query = db.selectFrom('app.alert').selectAll().where('state', '=', 'firing');
  if (integration !== null) query = query.where('integration', '=', integration);
  return await query.orderBy('since', 'desc').execute();
}

/** The alerts of an environment as they stand now; rules that are not among them are gone. */
export async function saveAlerts(
  db: Queries,
  { integration, environment }: EdgeRef,
  rows: readonly AlertRow[],
): Promise<void> {
  let gone = db
    .deleteFrom('app.alert')
    .where('integration', '=', integration)
    .where('environment', '=', environment);
  const metrics = rows.map(({ metric }) => metric);
  if (metrics.length > 0) gone = gone.where('metric', 'not in', metrics);
  await gone.execute();
  for (const row of rows) {
    await db
      .insertInto('app.alert')
      .values(row)
      .onConflict((conflict) => conflict.columns(['integration', 'environment', 'metric']).doUpdateSet(row))
      .execute();
  }
}

/**
 * Whether this worker still looks after its host's environments; it stays so until the transaction ends. One that hung
 * for too long has been replaced.
 */
export async function holdsConvergence(db: Queries, { id, host }: Worker): Promise<boolean> {
  const row = await db
    .selectFrom('app.host')
    .select('converging')
    .where('id', '=', host.id)
    .forShare()
    .executeTakeFirst();
  return row?.converging === id;
}
