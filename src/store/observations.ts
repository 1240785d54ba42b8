import { sql } from 'kysely';

import type { Queries } from './database.ts';

/**
 * Removes what was seen of an integration's environments before a time: not the last of each environment, and nothing
 * that a required item was judged by. In a transaction. Returns how many went.
 */
export async function pruneObservations(
  db: Queries,
  { integration, before }: { readonly integration: string; readonly before: Date },
): Promise<number> {
  await sql`select set_config('deployer.pruning', 'on', true)`.execute(db);
  const { numAffectedRows } = await sql`
    with cited as (
      select jsonb_array_elements_text(item->'evidence') as digest
      from app.release join app.evidence as verdict on verdict.release = release.id,
        jsonb_array_elements(verdict.body->'items') as item
      where release.integration = ${integration} and verdict.kind = 'checklist')
    delete from app.evidence as old
    where old.run is null and old.integration = ${integration} and old.kind = 'observation' and old.at < ${before}
      and old.digest not in (select digest from cited)
      and exists (
        select from app.evidence as newer
        where newer.run is null and newer.integration = old.integration and newer.kind = old.kind
          and newer.environment = old.environment and newer.at > old.at)`.execute(db);
  await sql`select set_config('deployer.pruning', 'off', true)`.execute(db);
  return Number(numAffectedRows ?? 0);
}
