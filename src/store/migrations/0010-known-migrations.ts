import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which of an environment's migrations the release of a deployment knows; until now its number stood for it. */
export const knownMigrationsOfDeployments: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements: readonly string[] = [
  `alter table app.deployment add column knows jsonb not null default '[]'`,
  // A release was there before its first deployment was: a copy, or the same release again, knows no more than that
  // one.
  `update app.deployment as made set knows = (
     select coalesce(jsonb_agg(distinct begun.digest), '[]') from app.migration as begun
     where begun.integration = made.integration and begun.environment = made.environment and begun.kind <> 'expand'
       and (begun.release = made.release or begun.first_deployment <= (
         select min(substring(same.id from '[0-9]+$')::integer) from app.deployment as same
         where same.integration = made.integration and same.environment = made.environment
           and same.release = made.release)))`,
  `alter table app.migration drop column first_deployment`,
];
