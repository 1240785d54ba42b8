import type { Selectable } from 'kysely';

import type { EdgeRef } from '../core/edge.ts';
import type { Preparation } from '../core/target.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { ResidentTable } from './tables/residents.ts';

export type ResidentRow = Selectable<ResidentTable>;

/** Components that exist once per environment, by name. */
export async function residentsIn(
  db: Queries,
  { integration, environment }: EdgeRef,
): Promise<readonly ResidentRow[]> {
  return await db
    .selectFrom('app.resident')
    .selectAll()
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .orderBy('component')
    .execute();
}

/** Those of all environments of an integration. */
export async function allResidents(db: Queries, integration: string): Promise<readonly ResidentRow[]> {
  return await db
    .selectFrom('app.resident')
    .selectAll()
    .where('integration', '=', integration)
    .orderBy('environment')
    .orderBy('component')
    .execute();
}

export async function findResident(
  db: Queries,
  { integration, environment }: EdgeRef,
  component: string,
): Promise<ResidentRow | null> {
  const row = await db
    .selectFrom('app.resident')
    .selectAll()
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('component', '=', component)
    .executeTakeFirst();
  return row ?? null;
}

/** Makes sure that there is a record; the port of a known one stays as it is. */
export async function noteResident(
  db: Queries,
  { integration, environment }: EdgeRef,
  { component, port }: Pick<ResidentRow, 'component' | 'port'>,
): Promise<void> {
  await db
    .insertInto('app.resident')
    .values({
      integration,
      environment,
      component,
      port,
      current: null,
      since: null,
      next: null,
      next_run: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['integration', 'environment', 'component'])
        .doUpdateSet({ port })
        .where('app.resident.port', 'is', null),
    )
    .execute();
}

/** The ports that residents keep, in all environments: nobody may listen on one while its resident is down. */
export async function residentPorts(db: Queries): Promise<ReadonlySet<number>> {
  const rows = await db.selectFrom('app.resident').select('port').where('port', 'is not', null).execute();
  return new Set(rows.flatMap(({ port }) => port ?? []));
}

/** What a run begins to put in the place of what runs. */
export async function setNext(
  db: Queries,
  row: ResidentRow,
  { next, run }: { readonly next: Preparation; readonly run: string },
): Promise<void> {
  await update(db, row, { next: json(next), next_run: run });
}

/** It is ready: from now on it is what is decided. */
export async function settleNext(db: Queries, row: ResidentRow, now: Date): Promise<void> {
  await update(db, row, { current: json(row.next), since: now, next: null, next_run: null });
}

/** What was decided before stays. */
export async function dropNext(db: Queries, row: ResidentRow): Promise<void> {
  await update(db, row, { next: null, next_run: null });
}

async function update(
  db: Queries,
  { integration, environment, component }: ResidentRow,
  change: Partial<Record<'current' | 'next' | 'next_run', string | null>> & { readonly since?: Date },
): Promise<void> {
  await db
    .updateTable('app.resident')
    .set(change)
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('component', '=', component)
    .execute();
}
