import { knownMigrations } from '../../core/releases/migration.ts';
import { oneWayMigrations } from '../../store/environment-migrations.ts';
import type { Places } from '../parts.ts';

/** Digests of the one-way migrations begun in an environment that the release of a commit knows. */
export async function migrationsKnownTo(
  { database: { db }, commits }: Pick<Places, 'database' | 'commits'>,
  at: { readonly integration: string; readonly environment: string; readonly commit: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const begun = await oneWayMigrations(db, at.integration, at.environment);
  if (begun.length === 0) return [];
  const bringers = new Set(begun.flatMap((migration) => migration.commits));
  return knownMigrations(begun, await commits.ancestorsAmong(at, [...bringers], signal));
}
