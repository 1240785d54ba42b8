import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';

import { startTestPostgres, type TestPostgres } from '../../test/harness/database.ts';
import { type Worker, workerId } from '../core/workers/host.ts';
import { openDatabase, type Database } from './database.ts';
import { migrate } from './migrate.ts';
import { deployerItself, writeAudit } from './audit.ts';
import { withSessionLock } from './session-lock.ts';
import { registerWorker, removeAllWorkers } from './workers.ts';

let postgres: TestPostgres;
let database: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(await postgres.createDatabase());
});

afterAll(async () => {
  await database.close();
  await postgres[Symbol.asyncDispose]();
});

const entry = {
  integration: 'shop',
  actor: deployerItself,
  action: 'ship' as const,
  subject: 'shop-1',
  detail: {},
};

async function countAudit(): Promise<number> {
  const rows = await database.db.selectFrom('app.audit').selectAll().execute();
  return rows.length;
}

test('migrating a second time, and from two servers at once, gives one schema', async () => {
  const connectionString = await postgres.createEmptyDatabase();
  const [one, other] = [openDatabase(connectionString), openDatabase(connectionString)];
  try {
    await Promise.all([migrate(one.db), migrate(other.db)]);
    await migrate(one.db);
    const { rows } = await one.pool.query("select 1 from pg_tables where schemaname = 'app'");
    const reference = await database.pool.query("select 1 from pg_tables where schemaname = 'app'");
    expect(rows).toHaveLength(reference.rows.length);
  } finally {
    await one.close();
    await other.close();
  }
});

test('an older database keeps its schedules, one set for each host, and its trackers get the host of their clone', async () => {
  const old = openDatabase(await postgres.createEmptyDatabase());
  try {
    await migrate(old.db, '0007-hosts');
    await old.pool.query(`insert into app.host (id, name, home, seen_at)
      values ('a', 'build', '/a', now()), ('b', 'build', '/b', now()), ('c', 'other', '/c', now())`);
    await old.pool.query(`insert into app.schedule (name, cron, time_zone, next_at, missed)
      values ('pruning', '17 3 * * *', 'UTC', '2026-06-01T03:17:00Z', 0)`);
    await old.pool
      .query(`insert into app.tracker (integration, host, repository, folder, branch, identity, proven, env, polls, since)
      select key, host, '/r', '.', 'main', 'me', true, '{}', true, now()
      from (values ('known', 'other'), ('either', 'build')) as given (key, host)`);
    await migrate(old.db);
    const { rows: schedules } = await old.pool.query('select host, next_at from app.schedule order by host');
    const at = new Date('2026-06-01T03:17:00Z');
    expect(schedules).toEqual(['a', 'b', 'c'].map((host) => ({ host, next_at: at })));
    const { rows: trackers } = await old.pool.query('select host from app.tracker order by integration');
    expect(trackers).toEqual([{ host: 'build' }, { host: 'c' }]);
  } finally {
    await old.close();
  }
});

test('deployments of an older database know the migrations that their release came after, copies no more than it', async () => {
  const old = openDatabase(await postgres.createEmptyDatabase());
  try {
    await migrate(old.db, '0009-host-schedules');
    await old.pool
      .query(`insert into app.deployment (integration, id, environment, release, configuration, policy,
        judged_by, preparation, state, created_at, state_at)
      select 'desk', id, 'eu-2', release, '', '', '', '{}', 'retired', now(), now()
      from (values ('eu-2-8', 'before'), ('eu-2-9', 'failed'), ('eu-2-10', 'brings'), ('eu-2-11', 'before'),
        ('eu-2-12', 'after')) as given (id, release)`);
    await old.pool
      .query(`insert into app.migration (integration, environment, digest, body, kind, run, release,
        first_deployment, begun_at)
      select 'desk', place, digest, '{}', kind, 'desk-3', release, first, now()
      from (values ('eu-2', 'drop', 'contract', 'brings', 10), ('eu-2', 'grow', 'expand', 'brings', 10),
        ('eu-2', 'lost', 'irreversible', 'failed', 11), ('dev', 'other', 'contract', 'brings', 1))
        as given (place, digest, kind, release, first)`);
    await migrate(old.db);
    const { rows } = await old.pool.query<{ id: string; knows: readonly string[] }>(
      'select id, knows from app.deployment',
    );
    expect(Object.fromEntries(rows.map(({ id, knows }) => [id, knows]))).toEqual({
      'eu-2-8': [],
      'eu-2-9': ['lost'],
      'eu-2-10': ['drop'],
      'eu-2-11': [],
      'eu-2-12': ['drop', 'lost'],
    });
  } finally {
    await old.close();
  }
});

test('a home that was copied beside itself is refused while the other one is at work', async () => {
  const worker = (home: string, unique: string): Worker => {
    const host = { id: 'c0c0c0c0c0c0c0c0', name: 'here', home };
    return { id: workerId(host, unique), host, kind: 'server', version: '0.0.0' };
  };
  const register = (who: Worker) => database.transaction((transaction) => registerWorker(transaction, who));
  await register(worker('/one', '1'));
  await register(worker('/one', '2'));
  await expect(register(worker('/two', '3'))).rejects.toMatchObject({
    code: 'host_taken',
    hint: expect.stringContaining('rm /two/host.json'),
  });
  await removeAllWorkers(database.db);
  await register(worker('/two', '4'));
  await removeAllWorkers(database.db);
});

test.each([
  'release',
  'configuration',
  'policy',
  'run_event',
  'evidence',
  'decision',
  'waiver',
  'document_revision',
  'switch',
  'audit',
])('rows of %s are never changed, removed or truncated', async (table) => {
  const refused = `rows of app.${table} are never changed or removed`;
  for (const statement of [
    `update app.${table} set ${await columnOf(table)} = null`,
    `delete from app.${table}`,
    `truncate app.${table}`,
  ]) {
    await expect(database.pool.query(statement)).rejects.toThrow(refused);
  }
});

async function columnOf(table: string): Promise<string> {
  const { rows } = await sql<{ column: string }>`
    select quote_ident(column_name) as "column" from information_schema.columns
    where table_schema = 'app' and table_name = ${table} and identity_generation is null limit 1`.execute(
    database.db,
  );
  return rows[0]?.column ?? '';
}

test('a transaction that throws leaves neither the act nor its audit row', async () => {
  const before = await countAudit();
  const act = database.transaction(async ({ db }) => {
    await writeAudit(db, entry);
    await db.insertInto('app.configuration').values({ digest: 'sha256:a', body: '{}' }).execute();
    throw new Error('no');
  });
  await expect(act).rejects.toThrow('no');
  expect(await countAudit()).toBe(before);
  expect(await database.db.selectFrom('app.configuration').selectAll().execute()).toEqual([]);
});

test('a transaction that returns leaves both', async () => {
  const before = await countAudit();
  await database.transaction(({ db }) => writeAudit(db, entry));
  expect(await countAudit()).toBe(before + 1);
});

test('what a transaction has not committed nobody else sees', async () => {
  const before = await countAudit();
  await database.transaction(async ({ db }) => {
    await writeAudit(db, entry);
    expect(await countAudit()).toBe(before);
  });
});

test('connections go back to the pool whether a transaction succeeds or fails', async () => {
  for (let count = 0; count < 30; count += 1) {
    await database
      .transaction(async ({ db }) => {
        await sql`select 1`.execute(db);
        if (count % 2 === 0) throw new Error('no');
      })
      .catch(() => null);
  }
  expect(database.pool.waitingCount).toBe(0);
  expect(database.pool.idleCount).toBe(database.pool.totalCount);
});

test('locks that are held leave connections to what is done under them', async () => {
  const names = Array.from({ length: 14 }, (_, number) => `lock ${number}`);
  const allHeld = Promise.withResolvers<void>();
  let held = 0;
  const counts = names.map((name) =>
    withSessionLock(database.locks, { name }, AbortSignal.timeout(30_000), async () => {
      if ((held += 1) === names.length) allHeld.resolve();
      await allHeld.promise;
      return await countAudit();
    }),
  );
  expect(await Promise.all(counts)).toHaveLength(names.length);
});
