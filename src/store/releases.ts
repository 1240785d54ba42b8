import type { Selectable } from 'kysely';

import type { IntegrationDefinition } from '../core/definition/integration.ts';
import type { ReleaseManifest } from '../core/releases/release.ts';
import { DeployerError } from '../errors.ts';
import type { Queries } from './database.ts';
import { json } from './json.ts';
import type { ReleaseTable } from './tables/releases.ts';
import { positionIn, positionText } from './page-position.ts';

export type ReleaseRow = Selectable<ReleaseTable>;

export interface StoredRelease {
  readonly id: string;
  readonly content: string;
  readonly manifest: ReleaseManifest;
  readonly definition: IntegrationDefinition;
}

/** Stores a release once per integration and commit; the one that exists is returned. */
export async function insertRelease(db: Queries, release: StoredRelease): Promise<ReleaseRow> {
  const { integration, commit, version } = release.manifest;
  await db
    .insertInto('app.release')
    .values({
      id: release.id,
      integration,
      commit,
      version,
      content: release.content,
      manifest: json(release.manifest),
      definition: json(release.definition),
      created_at: new Date(),
    })
    .onConflict((conflict) => conflict.columns(['integration', 'commit']).doNothing())
    .execute();
  return await db
    .selectFrom('app.release')
    .selectAll()
    .where('integration', '=', integration)
    .where('commit', '=', commit)
    .executeTakeFirstOrThrow();
}

export async function releaseOfCommit(
  db: Queries,
  integration: string,
  commit: string,
): Promise<ReleaseRow | null> {
  const row = await db
    .selectFrom('app.release')
    .selectAll()
    .where('integration', '=', integration)
    .where('commit', '=', commit)
    .executeTakeFirst();
  return row ?? null;
}

/** Of the newest releases, the newest first; commits of pruned ones are gone. */
export async function newestCommits(
  db: Queries,
  integration: string,
  count: number,
): Promise<readonly { readonly commit: string; readonly version: string }[]> {
  return await db
    .selectFrom('app.release')
    .select(['commit', 'version'])
    .where('integration', '=', integration)
    .where('id', 'not in', db.selectFrom('app.pruned_release').select('release'))
    .orderBy('created_at', 'desc')
    .limit(count)
    .execute();
}

export async function releaseById(db: Queries, id: string): Promise<ReleaseRow> {
  return await db.selectFrom('app.release').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

export async function releasesById(db: Queries, ids: readonly string[]): Promise<readonly ReleaseRow[]> {
  if (ids.length === 0) return [];
  return await db.selectFrom('app.release').selectAll().where('id', 'in', ids).execute();
}

/** Versions by release: definitions are large, and many are asked for at once. */
export async function versionsOf(db: Queries, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('app.release')
    .select(['id', 'version'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map(({ id, version }) => [id, version]));
}

export async function isVersionTaken(
  db: Queries,
  integration: string,
  version: string,
  commit: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('app.release')
    .select('id')
    .where('integration', '=', integration)
    .where('version', '=', version)
    .where('commit', '!=', commit)
    .executeTakeFirst();
  return row !== undefined;
}

/** By version, or by a unique prefix (>= 6) of digest or commit; an exact match wins. */
export async function findRelease(db: Queries, integration: string, reference: string): Promise<ReleaseRow> {
  const bare = reference.replace(/^sha256:/, '');
  const isPrefix = bare.length >= 6 && /^[0-9a-f]+$/.test(bare);
  const rows = await db
    .selectFrom('app.release')
    .selectAll()
    .where('integration', '=', integration)
    .where((row) =>
      row.or([
        row('version', '=', reference),
        row('id', '=', `sha256:${bare}`),
        ...(isPrefix ? [row('id', 'like', `sha256:${bare}%`), row('commit', 'like', `${bare}%`)] : []),
      ]),
    )
    .execute();
  const exact = rows.find(({ id, version, commit }) =>
    [id, version, commit, id.slice(7)].includes(reference),
  );
  if (exact !== undefined) return exact;
  const [only, ...others] = rows;
  if (only === undefined) {
    throw new DeployerError('release_not_found', {
      message: `No release of ${integration} matches "${reference}".`,
      hint: 'A release goes by its version, or by 6 digits or more of its digest or commit: deployer releases',
    });
  }
  if (others.length > 0) {
    throw new DeployerError('reference_ambiguous', {
      message: `"${reference}" matches ${rows.length} releases: ${rows.map(({ version }) => version).join(', ')}.`,
      hint: 'Name more digits, or the version: deployer releases',
    });
  }
  return only;
}

/** The one that was made last; null: there is none yet. */
export async function newestRelease(db: Queries, integration: string): Promise<ReleaseRow | null> {
  const row = await releasesOf(db, integration).limit(1).executeTakeFirst();
  return row ?? null;
}

const pageSize = 50;

/** Newest first. `after` is what the page before gave as `next`. */
export async function listReleases(
  db: Queries,
  integration: string,
  after: string | null,
): Promise<{ readonly rows: readonly ReleaseRow[]; readonly next: string | null }> {
  let query = releasesOf(db, integration);
  if (after !== null) {
    const { at, id } = positionIn(after, 'releases');
    query = query.where((row) =>
      row.or([row('created_at', '<', at), row.and([row('created_at', '=', at), row('id', '<', id)])]),
    );
  }
  const rows = await query.limit(pageSize + 1).execute();
  const page = rows.slice(0, pageSize);
  const last = page.at(-1);
  const hasMore = rows.length > pageSize && last !== undefined;
  return { rows: page, next: hasMore ? positionText({ at: last.created_at, id: last.id }) : null };
}

function releasesOf(db: Queries, integration: string) {
  return db
    .selectFrom('app.release')
    .selectAll()
    .where('integration', '=', integration)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
}
