import type { Configuration } from '../core/configuration/configuration.ts';
import type { Policy } from '../core/definition/integration.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';

/** What stands under its own digest: written once, equal content again is no change. */

export async function saveConfiguration(db: Queries, digest: string, body: Configuration): Promise<void> {
  await db
    .insertInto('app.configuration')
    .values({ digest, body: json(body) })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

export async function configurationByDigest(db: Queries, digest: string): Promise<Configuration> {
  const row = await db
    .selectFrom('app.configuration')
    .select('body')
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow();
  return row.body;
}

export async function savePolicy(db: Queries, digest: string, body: Policy): Promise<void> {
  await db
    .insertInto('app.policy')
    .values({ digest, body: json(body) })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

export async function policyByDigest(db: Queries, digest: string): Promise<Policy> {
  const row = await db
    .selectFrom('app.policy')
    .select('body')
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow();
  return row.body;
}
