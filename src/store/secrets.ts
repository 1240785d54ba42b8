import type { Selectable } from 'kysely';

import type { Actor } from '../core/pipeline/run.ts';
import type { Queries } from './database.ts';
import type { SecretKeyTable, SecretTable } from './tables/secrets.ts';

export type SecretRow = Selectable<SecretTable>;
export type SecretKeyRow = Selectable<SecretKeyTable>;
/** All that a person may know of a version. */
export type SecretVersionRow = Omit<SecretRow, 'sealed'>;

const shown = [
  'integration',
  'path',
  'key',
  'version',
  'identity',
  'at',
  'revoked_at',
  'revoked_by',
  'revoked_reason',
] as const;

export interface SecretName {
  readonly integration: string;
  readonly path: string;
  readonly key: string;
}

/** The data key of an integration; null before its first secret. */
export async function secretKey(db: Queries, integration: string): Promise<SecretKeyRow | null> {
  const row = await db
    .selectFrom('app.secret_key')
    .selectAll()
    .where('integration', '=', integration)
    .executeTakeFirst();
  return row ?? null;
}

/** Stores a data key unless there is one, and returns the one that counts. */
export async function addSecretKey(
  db: Queries,
  key: Pick<SecretKeyRow, 'integration' | 'source' | 'salt' | 'wrapped'>,
): Promise<SecretKeyRow> {
  await db
    .insertInto('app.secret_key')
    .values({ ...key, created_at: new Date() })
    .onConflict((conflict) => conflict.column('integration').doNothing())
    .execute();
  return await db
    .selectFrom('app.secret_key')
    .selectAll()
    .where('integration', '=', key.integration)
    .executeTakeFirstOrThrow();
}

export async function isKeyFileUsed(db: Queries): Promise<boolean> {
  const row = await db
    .selectFrom('app.secret_key')
    .select('integration')
    .where('source', '=', 'key-file')
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether an integration has a secret, and how many versions: what was read once need not be read again. */
export async function countSecretVersions(db: Queries, integration: string): Promise<number> {
  const { count } = await db
    .selectFrom('app.secret')
    .select((row) => row.fn.countAll<string>().as('count'))
    .where('integration', '=', integration)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function integrationsWithSecrets(db: Queries): Promise<readonly string[]> {
  const rows = await db.selectFrom('app.secret').select('integration').distinct().execute();
  return rows.map(({ integration }) => integration);
}

/** Every version of every secret of an integration, values included. */
export async function allSecretVersions(db: Queries, integration: string): Promise<readonly SecretRow[]> {
  return await db.selectFrom('app.secret').selectAll().where('integration', '=', integration).execute();
}

/** A version with its value, encrypted; null when there is none. */
export async function secretVersion(
  db: Queries,
  { integration, path, key }: SecretName,
  version: number,
): Promise<SecretRow | null> {
  const row = await db
    .selectFrom('app.secret')
    .selectAll()
    .where('integration', '=', integration)
    .where('path', '=', path)
    .where('key', '=', key)
    .where('version', '=', version)
    .executeTakeFirst();
  return row ?? null;
}

/** Versions of one secret, the newest first. */
export async function secretVersions(
  db: Queries,
  { integration, path, key }: SecretName,
): Promise<readonly SecretVersionRow[]> {
  return await db
    .selectFrom('app.secret')
    .select(shown)
    .where('integration', '=', integration)
    .where('path', '=', path)
    .where('key', '=', key)
    .orderBy('version', 'desc')
    .execute();
}

/** The next version of a secret. Locked until the transaction ends: two people at once get two. */
export async function takeSecretVersion(db: Queries, name: SecretName): Promise<number> {
  await db
    .selectFrom('app.secret_key')
    .select('integration')
    .where('integration', '=', name.integration)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const [newest] = await secretVersions(db, name);
  return (newest?.version ?? 0) + 1;
}

export async function insertSecretVersion(
  db: Queries,
  name: SecretName,
  own: { readonly version: number; readonly sealed: Uint8Array; readonly by: Actor },
): Promise<SecretVersionRow> {
  const { sealed, by, version } = own;
  return await db
    .insertInto('app.secret')
    .values({
      ...name,
      version,
      sealed: Buffer.from(sealed),
      identity: by.identity,
      at: new Date(),
      revoked_at: null,
      revoked_by: null,
      revoked_reason: null,
    })
    .returning(shown)
    .executeTakeFirstOrThrow();
}

/** Revokes a version that stands; a second time is no change. */
export async function revokeSecretVersion(
  db: Queries,
  { integration, path, key, version }: SecretName & { readonly version: number },
  { by, reason }: { readonly by: Actor; readonly reason: string },
): Promise<void> {
  await db
    .updateTable('app.secret')
    .set({ revoked_at: new Date(), revoked_by: by.identity, revoked_reason: reason })
    .where('integration', '=', integration)
    .where('path', '=', path)
    .where('key', '=', key)
    .where('version', '=', version)
    .where('revoked_at', 'is', null)
    .execute();
}

const pageSize = 50;

/** Secrets by name, each with its versions, the newest first. `after` is what the page before gave as `next`. */
export async function listSecrets(
  db: Queries,
  integration: string,
  after: string | null,
): Promise<{ readonly rows: readonly (readonly SecretVersionRow[])[]; readonly next: string | null }> {
  const [path = '', key = ''] = (after ?? '').split('#');
  const names = await db
    .selectFrom('app.secret')
    .select(['path', 'key'])
    .distinct()
    .where('integration', '=', integration)
    .where((row) => row.or([row('path', '>', path), row.and([row('path', '=', path), row('key', '>', key)])]))
    .orderBy('path')
    .orderBy('key')
    .limit(pageSize + 1)
    .execute();
  const page = names.slice(0, pageSize);
  const last = page.at(-1);
  const rows = await Promise.all(page.map((name) => secretVersions(db, { integration, ...name })));
  const hasMore = names.length > pageSize && last !== undefined;
  return { rows, next: hasMore ? `${last.path}#${last.key}` : null };
}
