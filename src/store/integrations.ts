import { sql } from 'kysely';

import type { IntegrationDefinition } from '../core/definition/integration.ts';
import { emptyRouteTable } from '../core/switching/route-table.ts';
import { unknownIntegration } from '../core/texts/unknown-integration.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';

/** Records an integration as its newest commit defines it, and the environments that it did not have before. */
export async function saveIntegration(db: Queries, definition: IntegrationDefinition): Promise<void> {
  const row = { folder: definition.folder, definition: json(definition), updated_at: new Date() };
  await db
    .insertInto('app.integration')
    .values({ key: definition.key, next_run: 1, ...row })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute();
  for (const [position, environment] of definition.environments.entries()) {
    await db
      .insertInto('app.environment')
      .values({
        integration: definition.key,
        name: environment.name,
        position,
        routes: json(emptyRouteTable),
        generation: emptyRouteTable.generation,
        holder: null,
        held_since: null,
        next_deployment: 1,
      })
      .onConflict((conflict) => conflict.columns(['integration', 'name']).doUpdateSet({ position }))
      .execute();
  }
}

export async function definitionOf(db: Queries, integration: string): Promise<IntegrationDefinition> {
  const row = await db
    .selectFrom('app.integration')
    .select('definition')
    .where('key', '=', integration)
    .executeTakeFirst();
  if (row !== undefined) return row.definition;
  const known = await db.selectFrom('app.integration').select('key').orderBy('key').limit(20).execute();
  throw unknownIntegration(
    integration,
    known.map(({ key }) => key),
  );
}

/** The number of the next run. Two ships at once get two. */
export async function takeRunNumber(db: Queries, integration: string): Promise<number> {
  const row = await db
    .updateTable('app.integration')
    .set({ next_run: sql<number>`next_run + 1` })
    .where('key', '=', integration)
    .returning('next_run')
    .executeTakeFirstOrThrow();
  return row.next_run - 1;
}
