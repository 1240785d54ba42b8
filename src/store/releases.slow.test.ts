import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { startTestPostgres, type TestPostgres } from '../../test/harness/database.ts';
import { definitionOf } from '../../test/harness/definition.ts';
import { commitOf, storedRelease } from '../../test/harness/stored-release.ts';
import { openDatabase, type Database } from './database.ts';
import { activeHolds, insertHold, liftHolds } from './holds.ts';
import { json } from './json.ts';
import { findRelease, insertRelease, listReleases, type StoredRelease } from './releases.ts';

const definition = definitionOf('shop', [{ name: 'production' }]);
const by = { identity: 'ops@example.com', proven: false };
let postgres: TestPostgres;
let database: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
});

beforeEach(async () => {
  database = openDatabase(await postgres.createDatabase());
  return () => database.close();
});

test('two transactions that store the release of one commit at once get the same row', async () => {
  const commit = commitOf('abc123');
  const versions = ['1.0.0', '1.0.1'];
  const rows = await Promise.all(
    versions.map((version) =>
      database.transaction(({ db }) => insertRelease(db, storedRelease(definition, commit, { version }))),
    ),
  );
  expect(rows[0]).toEqual(rows[1]);
  expect((await listReleases(database.db, 'shop', null)).rows).toHaveLength(1);
});

test('a version is never given to two commits, even at once', async () => {
  const releases = ['aaa', 'bbb'].map((start) =>
    storedRelease(definition, commitOf(start), { version: '1.0.0' }),
  );
  const results = await Promise.allSettled(
    releases.map((release) => database.transaction(({ db }) => insertRelease(db, release))),
  );
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a release is found by version, by digest, by commit and by a unique prefix of either', async () => {
  const release = storedRelease(definition, commitOf('c0ffee1'), { version: '2.1.0' });
  await insertRelease(database.db, release);
  await insertRelease(database.db, storedRelease(definition, commitOf('badcab1')));
  const hex = release.id.slice('sha256:'.length);
  for (const reference of [
    '2.1.0',
    release.id,
    hex,
    `sha256:${hex.slice(0, 12)}`,
    hex.slice(0, 12),
    commitOf('c0ffee1'),
    'c0ffee',
  ]) {
    expect((await findRelease(database.db, 'shop', reference)).id, reference).toBe(release.id);
  }
});

test.each(['c0ffe', 'deadbeef', '2.1', '%', 'c0ffe_', '', 'sha256:', "'; drop table app.release; --"])(
  'nothing is found by %j',
  async (reference) => {
    await insertRelease(database.db, storedRelease(definition, commitOf('c0ffee1'), { version: '2.1.0' }));
    await expect(findRelease(database.db, 'shop', reference)).rejects.toMatchObject({
      code: 'release_not_found',
    });
  },
);

test('a prefix that two releases share is refused, and names both', async () => {
  await insertRelease(database.db, storedRelease(definition, commitOf('c0ffee1'), { version: '1.0.0' }));
  await insertRelease(database.db, storedRelease(definition, commitOf('c0ffee2'), { version: '1.1.0' }));
  const found = findRelease(database.db, 'shop', 'c0ffee');
  await expect(found).rejects.toMatchObject({ code: 'reference_ambiguous' });
  await expect(found).rejects.toThrow(/1\.0\.0.*1\.1\.0|1\.1\.0.*1\.0\.0/);
});

test('an exact match wins over prefixes: a version may look like the start of a commit', async () => {
  await insertRelease(database.db, storedRelease(definition, commitOf('1234567'), { version: '9.0.0' }));
  const exact = storedRelease(definition, commitOf('fed'), { version: '1234567' });
  await insertRelease(database.db, exact);
  expect((await findRelease(database.db, 'shop', '1234567')).id).toBe(exact.id);
});

test('releases of another integration are not found', async () => {
  await insertRelease(database.db, storedRelease(definition, commitOf('c0ffee1'), { version: '1.0.0' }));
  await expect(findRelease(database.db, 'other', '1.0.0')).rejects.toMatchObject({
    code: 'release_not_found',
  });
});

test('pages of releases lose none and repeat none, also when many were made in one instant', async () => {
  const releases = Array.from({ length: 120 }, (_, at) =>
    storedRelease(definition, commitOf((at + 1).toString(16).padStart(6, '0'))),
  );
  await storeAtOnce(releases);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listReleases>> = await listReleases(database.db, 'shop', after);
    seen.push(...page.rows.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  expect(seen.toSorted()).toEqual(releases.map(({ id }) => id).toSorted());
  await expect(listReleases(database.db, 'shop', 'yesterday')).rejects.toMatchObject({ code: 'usage' });
});

async function storeAtOnce(releases: readonly StoredRelease[]): Promise<void> {
  const created = new Date('2026-01-01T00:00:00.123Z');
  await database.db
    .insertInto('app.release')
    .values(
      releases.map(({ id, content, manifest }) => ({
        id,
        content,
        integration: manifest.integration,
        commit: manifest.commit,
        version: manifest.version,
        manifest: json(manifest),
        definition: json(definition),
        created_at: created,
      })),
    )
    .execute();
}

test('exactly one page has no next', async () => {
  await storeAtOnce(
    Array.from({ length: 50 }, (_, at) => storedRelease(definition, commitOf(`a${at.toString(16)}f`))),
  );
  expect(await listReleases(database.db, 'shop', null)).toMatchObject({ next: null });
});

test('a hold stands once, and lifting it in one environment leaves the others', async () => {
  const { db } = database;
  const release = await insertRelease(db, storedRelease(definition, commitOf('abc123')));
  for (const environment of ['dev', 'dev', 'production', null]) {
    await insertHold(db, release, { environment, reason: 'bad', by });
  }
  expect((await activeHolds(db, 'shop')).map(({ environment }) => environment)).toEqual([
    'dev',
    'production',
    null,
  ]);
  expect(await liftHolds(db, release, { environment: 'dev', reason: 'good again', by })).toBe(1);
  expect(await liftHolds(db, release, { environment: 'dev', reason: 'good again', by })).toBe(0);
  expect(await liftHolds(db, release, { environment: null, reason: 'good again', by })).toBe(2);
  expect(await activeHolds(db, 'shop')).toEqual([]);
});

test('lifting reaches a release of equal content, because a hold does', async () => {
  const { db } = database;
  const held = await insertRelease(db, storedRelease(definition, commitOf('abc123'), { artifacts: 'same' }));
  const equal = await insertRelease(db, storedRelease(definition, commitOf('def456'), { artifacts: 'same' }));
  await insertHold(db, held, { environment: 'dev', reason: 'bad', by });
  expect(await liftHolds(db, equal, { environment: 'dev', reason: 'good', by })).toBe(1);
});

test('a lifted hold stays on record with who lifted it and why', async () => {
  const { db } = database;
  const release = await insertRelease(db, storedRelease(definition, commitOf('abc123')));
  await insertHold(db, release, { environment: null, reason: 'bad', by });
  await liftHolds(db, release, { environment: null, reason: 'it was the network', by });
  expect(await db.selectFrom('app.hold').selectAll().execute()).toMatchObject([
    { reason: 'bad', lifted_by: 'ops@example.com', lifted_reason: 'it was the network' },
  ]);
});
