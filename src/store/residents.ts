import type { Selectable } from 'kysely';

import type { EdgeRef } from '../core/switching/edge.ts';
import type { ResidentPreparation } from '../core/places/target.ts';
import { DeployerError } from '../errors.ts';
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
  { next, run }: { readonly next: ResidentPreparation; readonly run: string },
): Promise<void> {
  await updated(db, row)
    .set({ next: json(next), next_run: run })
    .execute();
}

/** It is ready: from now on it is what is decided. Throws `resident_stale`. */
export async function settleNext(db: Queries, row: ResidentRow, now: Date): Promise<void> {
  await endChange(db, row, { current: json(row.next), since: now });
}

/** What was decided before stays. Throws `resident_stale`. */
export async function dropNext(db: Queries, row: ResidentRow): Promise<void> {
  await endChange(db, row, {});
}

/** Nothing is decided to run any more; its port stays its own. Throws `resident_stale`. */
export async function endResident(db: Queries, row: ResidentRow): Promise<void> {
  const { numUpdatedRows } = await updated(db, row)
    .set({ current: null, since: null })
    .where('next', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw stale(row);
}

/** Only of the run whose change was read: another one may have begun its own since. */
async function endChange(
  db: Queries,
  row: ResidentRow,
  decided: { readonly current?: string; readonly since?: Date },
): Promise<void> {
  const { numUpdatedRows } = await updated(db, row)
    .set({ ...decided, next: null, next_run: null })
    .where('next_run', '=', row.next_run)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw stale(row);
}

function stale({ component, environment }: ResidentRow): DeployerError {
  return new DeployerError('resident_stale', {
    message: `What becomes of ${component} in ${environment} was decided by somebody else meanwhile.`,
    hint: 'deployer status',
  });
}

function updated(db: Queries, { integration, environment, component }: ResidentRow) {
  return db
    .updateTable('app.resident')
    .where('integration', '=', integration)
    .where('environment', '=', environment)
    .where('component', '=', component);
}
