import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestPostgres, type TestPostgres } from './harness/database.ts';
import { definitionOf } from './harness/definition.ts';
import { commitOf, storedRelease } from './harness/stored-release.ts';
import { untilTrue } from './harness/until.ts';
import { blobPath, ensureLayout } from '../src/artifacts/blobs.ts';
import { bundleManifest, emptyConfig } from '../src/artifacts/oci.ts';
import { planOf } from '../src/core/pipeline/plan.ts';
import { sha256 } from '../src/lib/canonical-json.ts';
import { type Home, homeAt } from '../src/lib/home.ts';
import { deployerItself, writeAudit } from '../src/store/audit.ts';
import { readChain } from '../src/store/audit-chain.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { findEnvironment, settleEnvironment } from '../src/store/environments.ts';
import { externalPlace } from '../src/store/external-place.ts';
import { saveIntegration } from '../src/store/integrations.ts';
import { json } from '../src/store/json.ts';
import { migrateForServer } from '../src/store/migrate.ts';
import { insertRelease, type StoredRelease } from '../src/store/releases.ts';
import { findRun, insertRun } from '../src/store/runs.ts';
import { findStage, insertStages, setMemo } from '../src/store/stages.ts';
import { asOnlyPruning } from '../src/store/pruning-lock.ts';
import { atOneMoment, linesOf, tablesOf } from '../src/store/table-copy.ts';
import { backUp } from '../src/backup/back-up.ts';
import { restore } from '../src/backup/restore.ts';

const signal = AbortSignal.timeout(120_000);
const host = '0123456789abcdef';
const by = { identity: 'ops@example.com', proven: false };
const definition = definitionOf('shop', [{ name: 'production' }]);
let postgres: TestPostgres;
let database: Database;
let folder: string;
let file: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(await postgres.createDatabase());
  folder = await mkdtemp(join(tmpdir(), 'deployer-backup-'));
  const home = homeAt(join(folder, 'home'));
  await mkdir(join(home.root, 'ca'), { recursive: true });
  await writeFile(join(home.root, 'ca', 'ca.pem'), 'the authority');
  await mkdir(join(home.root, 'workspaces'));
  await writeFile(join(home.root, 'workspaces', 'scratch'), 'not needed');
  const release = await fill();
  await storeArtifacts(home, release);
  file = join(folder, 'backup.tgz');
  await backUp({ home, host, database, file, version: '0.1.0', by }, signal);
});

afterAll(async () => {
  await database.close();
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** What texts of values get wrong first: JSON null beside no value, fractions of seconds, quotes, numbers of rows. */
async function fill(): Promise<StoredRelease> {
  const { db } = database;
  await saveIntegration(db, definition);
  const release = storedRelease(definition, commitOf('abc'));
  await insertRelease(db, release);
  const plan = planOf(definition, 'production', new Map());
  for (const [number, state] of (['running', 'waiting', 'queued', 'succeeded'] as const).entries()) {
    await insertRun(db, {
      id: `shop-${number}`,
      integration: 'shop',
      number,
      commit: commitOf('abc'),
      branch: null,
      release: null,
      to: 'production',
      plan: json(plan),
      definition: json(definition),
      authors: json([]),
      requester: 'o\'brien "the \\ quoted"@example.com',
      note: 'two\nlines, and ünïcode ✓',
      env: json({}),
      state,
      reason: null,
      waiting: null,
      cancel: null,
      attempt: 1,
      created_at: new Date(),
      ended_at: state === 'succeeded' ? new Date() : null,
    });
  }
  await insertStages(db, 'shop-0', plan);
  await setMemo(db, 'shop-0', 0, null);
  await sql`update app.run set created_at = '2026-01-02 03:04:05.678901+02'`.execute(db);
  for (let n = 0; n < 1203; n += 1)
    await writeAudit(db, {
      integration: 'shop',
      actor: deployerItself,
      action: 'ship',
      subject: 's',
      detail: { n },
    });
  return release;
}

const layer = { digest: sha256('a layer'), size: 7 };

/** Blobs as a backup looks at them; it does not compare them with their digests. */
async function storeArtifacts({ artifacts }: Home, { manifest }: StoredRelease): Promise<void> {
  await ensureLayout(artifacts);
  await writeFile(blobPath(artifacts, emptyConfig.digest), '{}');
  await writeFile(blobPath(artifacts, layer.digest), 'a layer');
  for (const [component, digest] of Object.entries(manifest.artifacts))
    await writeFile(blobPath(artifacts, digest), JSON.stringify(bundleManifest(component, layer)));
}

async function contentOf(of: Database): Promise<ReadonlyMap<string, readonly string[]>> {
  return await atOneMoment(of.pool, async (client) => {
    const content = new Map<string, readonly string[]>();
    for (const table of await tablesOf(client)) {
      const lines: string[] = [];
      for await (const some of linesOf(client, table)) lines.push(...some);
      content.set(`${table.schema}.${table.table}`, lines.toSorted());
    }
    return content;
  });
}

test('every row comes back as it was; only what a restore decides is added', async () => {
  const url = await postgres.createEmptyDatabase();
  const home = homeAt(join(folder, 'restored'));
  await mkdir(join(home.root), { recursive: true });
  const place = { empty: () => Promise.resolve(url), exchange: () => Promise.resolve() };
  const order = {
    home,
    file,
    isReplacing: false,
    by: by.identity,
    place,
    migrateEngine: () => Promise.resolve(),
  };
  const facts = await restore(order, signal);
  expect(await readdir(home.root)).toEqual(['artifacts', 'ca']);
  expect(await readFile(join(home.root, 'ca', 'ca.pem'), 'utf8')).toBe('the authority');

  const restored = openDatabase(url);
  try {
    expect((await findEnvironment(restored.db, 'shop', 'production')).restored).toMatchObject({
      backupAt: facts.createdAt,
      by: by.identity,
    });
    expect((await findRun(restored.db, 'shop-0')).cancel?.reason).toContain(facts.createdAt);
    for (const run of ['shop-1', 'shop-2', 'shop-3'])
      expect((await findRun(restored.db, run)).cancel).toBeNull();
    const [memo, absent] = await Promise.all([0, 1].map((index) => memoText(restored, index)));
    expect([memo, absent]).toEqual(['null', null]);
    expect((await findStage(restored.db, 'shop-0', 0)).run).toBe('shop-0');

    const audit = await restored.db
      .selectFrom('app.audit')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .execute();
    expect(audit[0]).toMatchObject({ id: '1204', action: 'restore', detail: { endedRuns: ['shop-0'] } });
    expect(await readChain(restored.db)).toMatchObject({ broken: null });
    await settleEnvironment(restored.db, 'shop', 'production');
    await sql`update app.run set cancel = null`.execute(restored.db);
    const [before, after] = [await contentOf(database), await contentOf(restored)];
    for (const [table, lines] of before) {
      // The restore itself is one entry more.
      if (!table.startsWith('app.audit')) expect([table, after.get(table)]).toEqual([table, lines]);
    }
  } finally {
    await restored.close();
  }
});

/** Restores the file into an external database, as one command does; `stop` may throw where it is to end. */
async function restoreOutside(url: string, stop: (at: string) => void = () => undefined): Promise<void> {
  await using outside = externalPlace(url);
  const home = homeAt(await mkdtemp(join(folder, 'outside-')));
  const place = {
    empty: () => outside.empty(),
    async exchange() {
      stop('filled');
      await outside.exchange();
    },
  };
  const order = { home, file, isReplacing: false, by: by.identity, place };
  await restore(
    {
      ...order,
      async migrateEngine(connectionString) {
        stop('schema');
        const engine = openDatabase(connectionString);
        await sql`create schema dbos`.execute(engine.db);
        await engine.close();
        stop('engine');
      },
    },
    signal,
  );
}

test.each(['schema', 'engine', 'filled'])(
  'a restore into an external database that was stopped (%s) is done whole by the same one, and no server comes between',
  async (point) => {
    const url = await postgres.createEmptyDatabase();
    const stopped = restoreOutside(url, (at) => {
      if (at === point) throw new Error('stopped here');
    });
    await expect(stopped).rejects.toThrow('stopped here');
    const outside = openDatabase(url);
    try {
      const unfinished = { code: 'restore_unfinished', hint: expect.stringContaining('deployer restore') };
      await expect(migrateForServer(outside.db, '1.0.0')).rejects.toMatchObject(unfinished);
      await restoreOutside(url);
      await migrateForServer(outside.db, '1.0.0');
      expect((await findRun(outside.db, 'shop-3')).state).toBe('succeeded');
      // From here on it belongs to servers.
      await expect(restoreOutside(url)).rejects.toMatchObject({ code: 'home_in_use' });
      expect((await findRun(outside.db, 'shop-3')).state).toBe('succeeded');
    } finally {
      await outside.close();
    }
  },
);

test.each(['app', 'dbos'])(
  'a database with a schema %s of somebody else is left as it is',
  async (schema) => {
    const url = await postgres.createEmptyDatabase();
    const outside = openDatabase(url);
    try {
      await sql`create schema ${sql.id(schema)}`.execute(outside.db);
      await sql`create table ${sql.id(schema, 'theirs')} (id int)`.execute(outside.db);
      await expect(restoreOutside(url)).rejects.toMatchObject({ code: 'home_in_use' });
      const { rows } = await sql<{ schemas: string[] }>`
      select array_agg(nspname::text) as schemas from pg_namespace where nspname in ('app', 'dbos')`.execute(
        outside.db,
      );
      expect(rows[0]?.schemas).toEqual([schema]);
      await sql`select * from ${sql.id(schema, 'theirs')}`.execute(outside.db);
    } finally {
      await outside.close();
    }
  },
);

test('of two restores into one database at the same time the second is refused, until the first has ended', async () => {
  const url = await postgres.createEmptyDatabase();
  {
    await using first = externalPlace(url);
    await first.empty();
    await expect(restoreOutside(url)).rejects.toMatchObject({
      code: 'home_in_use',
      message: expect.stringContaining('Another restore'),
    });
  }
  // The other one was stopped.
  await restoreOutside(url);
});

async function memoText(of: Database, index: number): Promise<string | null> {
  const { rows } = await sql<{ memo: string | null }>`
    select memo::text as memo from app.stage where run = 'shop-0' and index = ${index}`.execute(of.db);
  return rows[0]?.memo ?? null;
}

test('hosts of one database prune at the same time: each has files of its own', async () => {
  const both = asOnlyPruning(database, host, () =>
    asOnlyPruning(database, 'fedcba9876543210', () => Promise.resolve('both')),
  );
  expect(await both).toBe('both');
});

test('nothing is pruned while a backup is written, nor backed up while something is pruned', async () => {
  const home = homeAt(join(folder, 'home'));
  await asOnlyPruning(database, host, async () => {
    const during = backUp(
      { home, host, database, file: join(folder, 'during.tgz'), version: '0.1.0', by },
      signal,
    );
    await expect(during).rejects.toMatchObject({ code: 'pruning_busy' });
    await expect(asOnlyPruning(database, host, () => Promise.resolve())).rejects.toMatchObject({
      code: 'pruning_busy',
    });
  });
  expect(await readdir(folder)).not.toContain('during.tgz');
  await asOnlyPruning(database, host, () => Promise.resolve());
});

/** A home whose backup goes on until it is let: its files end with one that takes a while. */
async function slowHome(name: string, bytes: number): Promise<Home> {
  const home = homeAt(join(folder, name));
  await storeArtifacts(home, storedRelease(definition, commitOf('abc')));
  const first = blobPath(home.artifacts, `sha256:${'0'.repeat(64)}`);
  await writeFile(first, '');
  // Without data: it takes no room.
  await truncate(first, bytes);
  return home;
}

/** How many bytes of a backup stand beside its place. */
async function writtenBeside(name: string): Promise<number> {
  const partial = (await readdir(folder)).find((each) => each.startsWith(`${name}.`));
  return partial === undefined ? 0 : (await stat(join(folder, partial)).catch(() => ({ size: 0 }))).size;
}

test('a backup that loses what keeps pruning away ends, and there is no file', async () => {
  const home = await slowHome('cut-off', 40e9);
  const target = join(folder, 'cut-off.tgz');
  const backup = backUp({ home, host, database, file: target, version: '0.1.0', by }, signal);
  const refused = expect(backup).rejects.toMatchObject({
    code: 'backup_failed',
    message: expect.stringContaining('nothing kept pruning'),
  });
  await untilTrue('the backup to be written', async () => (await writtenBeside('cut-off.tgz')) > 0);
  await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and mode = 'ShareLock'
    and database = (select oid from pg_database where datname = current_database())`.execute(database.db);
  await refused;
  expect((await readdir(folder)).filter((name) => name.startsWith('cut-off.'))).toEqual([]);
});

test('a pruning that loses what keeps backups away is told, and ends', async () => {
  const pruning = asOnlyPruning(database, host, async (lost) => {
    const aborted = new Promise<never>((_, reject) => {
      lost.addEventListener('abort', () => reject(lost.reason));
    });
    const terminated =
      sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())`.execute(database.db);
    // The loss may be known before the answer of what brought it about.
    const [never] = await Promise.all([aborted, terminated]);
    return never;
  });
  await expect(pruning).rejects.toMatchObject({
    code: 'database_failed',
    hint: expect.stringContaining('deployer prune'),
  });
});

test('a backup without a file that its database names is no backup', async () => {
  const { manifest } = storedRelease(definition, commitOf('abc'));
  const [artifact = ''] = Object.values(manifest.artifacts);
  const attempt = (home: Home, name: string) =>
    backUp({ home, host, database, file: join(folder, name), version: '0.1.0', by }, signal);
  const home = await slowHome('lacking', 4e8);

  const during = attempt(home, 'lacking.tgz');
  const refused = expect(during).rejects.toMatchObject({
    code: 'backup_failed',
    message: expect.stringContaining(layer.digest.slice('sha256:'.length)),
  });
  await untilTrue('the backup to be written', async () => (await writtenBeside('lacking.tgz')) > 0);
  await rm(blobPath(home.artifacts, layer.digest));
  await refused;

  await expect(attempt(home, 'lacking.tgz')).rejects.toMatchObject({ code: 'backup_failed' });
  await rm(blobPath(home.artifacts, artifact));
  await expect(attempt(home, 'lacking.tgz')).rejects.toMatchObject({
    code: 'backup_failed',
    message: expect.stringContaining(artifact),
  });
  expect((await readdir(folder)).filter((name) => name.startsWith('lacking.'))).toEqual([]);

  // The files of another host are none of this one's.
  await database.db.updateTable('app.environment').set({ host: 'fedcba9876543210' }).execute();
  await attempt(home, 'lacking.tgz');
  await database.db.updateTable('app.environment').set({ host: null }).execute();
});
