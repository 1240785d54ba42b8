import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';

import { startTestPostgres, type TestPostgres } from '../../test/harness/database.ts';
import { untilTrue } from '../../test/harness/until.ts';
import { type AuditEntry, deployerItself, writeAudit } from './audit.ts';
import { chainHas, readChain } from './audit-chain.ts';
import { type Database, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';

let postgres: TestPostgres;
let database: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(await postgres.createDatabase());
  for (const run of ['shop-1', 'shop-2', 'shop-3', 'shop-4']) await act(run);
});

afterAll(async () => {
  await database.close();
  await postgres[Symbol.asyncDispose]();
});

async function act(subject: string): Promise<void> {
  await database.transaction(({ db }) => writeAudit(db, entry(subject)));
}

function entry(subject: string): AuditEntry {
  return {
    integration: 'shop',
    actor: deployerItself,
    action: 'ship',
    subject,
    detail: { commit: 'c0ffee' },
  };
}

/** What somebody can do who has the database to themselves, and what the chain says of it; then all is as before. */
async function afterTampering(statement: string, newest: number | null = null): Promise<string | null> {
  const undone = new Error('undone');
  let broken: string | null = null;
  const tampering = database.transaction(async ({ db, client }) => {
    await client.query('set local session_replication_role = replica');
    await client.query(statement);
    ({ broken } = await readChain(db, newest));
    throw undone;
  });
  await expect(tampering).rejects.toBe(undone);
  return broken;
}

test.each([
  ['another identity', `update app.audit set identity = 'nobody' where id = 2`, 'entry 2 was changed'],
  ['another time', `update app.audit set at = at + interval '1 s' where id = 3`, 'entry 3 was changed'],
  [
    'another reason',
    `update app.audit set detail = '{"reason": "none"}' where id = 4`,
    'entry 4 was changed',
  ],
  ['a proof that was none', 'update app.audit set proven = not proven where id = 1', 'entry 1 was changed'],
  ['an entry less', 'delete from app.audit where id = 2', 'entry 2 was removed'],
  [
    'an entry less, with its link',
    'with gone as (delete from app.audit where id = 2) delete from app.audit_link where entry = 2',
    'an entry before entry 3 was removed',
  ],
  [
    'the first two less, with their links',
    'with gone as (delete from app.audit where id < 3) delete from app.audit_link where entry < 3',
    'an entry before entry 3 was removed',
  ],
  [
    'an entry more',
    `insert into app.audit (at, identity, proven, action, subject, detail)
     values (now(), 'ops', true, 'approve', 'shop-1', '{}')`,
    'was put in beside the chain',
  ],
  [
    'an entry and its link changed',
    `update app.audit set identity = 'nobody' where id = 2;
     update app.audit_link set digest = app.audit_digest(
       (select digest from app.audit_link where entry = 1), (select act from app.audit as act where id = 2))
     where entry = 2`,
    'entry 3 was changed',
  ],
])('%s shows', async (_, statement, says) => {
  expect(await afterTampering(statement)).toContain(says);
  expect(await readChain(database.db)).toMatchObject({ broken: null });
});

test('of the newest few only these are looked at, each with the one before it', async () => {
  const { entries } = await readChain(database.db);
  expect(await readChain(database.db, 2)).toMatchObject({ entries, checked: 2, broken: null });
  expect(await readChain(database.db, entries)).toMatchObject({ checked: entries, broken: null });
  const change = (id: number): string => `update app.audit set identity = 'nobody' where id = ${id}`;
  expect(await afterTampering(change(entries - 2), 2)).toBeNull();
  expect(await afterTampering(change(entries - 1), 2)).toContain(`entry ${entries - 1} was changed`);
  expect(await afterTampering(change(1), entries)).toContain('entry 1 was changed');
});

test('who cuts the end off is shown by a digest that was kept elsewhere', async () => {
  const { head } = await readChain(database.db);
  const kept = head ?? '';
  await act('shop-5');
  expect(await chainHas(database.db, kept)).toBe(true);
  const cut = `with gone as (delete from app.audit where id > 3) delete from app.audit_link where entry > 3`;
  expect(await afterTampering(`${cut}; select 1`)).toBeNull();
  await expect(
    database.transaction(async ({ db, client }) => {
      await client.query('set local session_replication_role = replica');
      await client.query(cut);
      throw new Error(String(await chainHas(db, kept)));
    }),
  ).rejects.toThrow('false');
});

test('acts that commit together, in any order of their other locks, make one chain without a gap', async () => {
  const before = (await readChain(database.db)).entries;
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const work = database.transaction(async ({ db, client }) => {
        await writeAudit(db, entry(`first of ${index}`));
        await client.query('select pg_advisory_xact_lock($1)', [index % 4]);
        await writeAudit(db, entry(`second of ${index}`));
        if (index % 5 === 0) throw new Error('no');
      });
      await (index % 5 === 0 ? expect(work).rejects.toThrow('no') : work);
    }),
  );
  expect(await readChain(database.db)).toMatchObject({ entries: before + 2 * 32, broken: null });
});

test('what an older version wrote is in the chain, and what follows goes on from there', async () => {
  const old = openDatabase(await postgres.createEmptyDatabase());
  try {
    await migrate(old.db, '0009-host-schedules');
    for (const subject of ['shop-1', 'shop-2']) await writeAudit(old.db, entry(subject));
    await migrate(old.db);
    await writeAudit(old.db, entry('shop-3'));
    expect(await readChain(old.db)).toMatchObject({ entries: 3, broken: null });
    await sql`set session_replication_role = replica; update app.audit set subject = 'shop-9' where id = 1`.execute(
      old.db,
    );
    expect((await readChain(old.db)).broken).toBe('entry 1 was changed');
  } finally {
    await old.close();
  }
});

test('what another server writes while the chain is made is in it too', async () => {
  const url = await postgres.createEmptyDatabase();
  const [old, other] = [openDatabase(url), openDatabase(url)];
  try {
    await migrate(old.db, '0009-host-schedules');
    let migrated = Promise.resolve();
    await other.transaction(async ({ db }) => {
      await writeAudit(db, entry('shop-1'));
      migrated = migrate(old.db);
      await untilTrue('the migration to wait for this transaction', () => isWaiting(other, 'app.audit'));
    });
    await migrated;
    expect(await readChain(old.db)).toMatchObject({ entries: 1, broken: null });
  } finally {
    await old.close();
    await other.close();
  }
});

async function isWaiting(of: Database, table: string): Promise<boolean> {
  const { rows } = await of.pool.query(
    'select 1 from pg_locks where relation = $1::regclass and not granted',
    [table],
  );
  return rows.length > 0;
}
