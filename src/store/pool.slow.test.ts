import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Client } from 'pg';

import { startTestPostgres, type TestPostgres } from '../../test/harness/database.ts';
import { until } from '../../test/harness/until.ts';
import { identifyProcess, signalProcess } from '../lib/process-identity.ts';

import { deployerItself, writeAudit } from './audit.ts';
import { isConnectionLost } from './connection-lost.ts';
import { openDatabase, type Database } from './database.ts';
import { startPostgres } from './embedded/postgres.ts';
import { createPool } from './pool.ts';

let postgres: TestPostgres;
let connectionString: string;
let database: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
});

beforeEach(async () => {
  connectionString = await postgres.createDatabase();
  database = openDatabase(connectionString);
  return () => database.close();
});

async function act(subject: string): Promise<void> {
  await database.transaction(({ db }) =>
    writeAudit(db, { integration: 'shop', actor: deployerItself, action: 'ship', subject, detail: {} }),
  );
}

async function subjects(): Promise<readonly string[]> {
  const rows = await database.db.selectFrom('app.audit').select('subject').orderBy('id').execute();
  return rows.map(({ subject }) => subject);
}

async function endSessions(): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await client.end();
}

test('ended sessions, idle in the pool, cost nobody anything', async () => {
  await Promise.all(['a', 'b', 'c'].map(act));
  await endSessions();
  await until('the pool to notice', () => (database.pool.totalCount === 0 ? true : null));
  await act('d');
  expect(await subjects()).toHaveLength(4);
});

test('a session that ends between two statements of a transaction is told as a lost connection', async () => {
  const interrupted = database.transaction(async ({ db }) => {
    await writeAudit(db, {
      integration: 'shop',
      actor: deployerItself,
      action: 'ship',
      subject: 'lost',
      detail: {},
    });
    await endSessions();
    await writeAudit(db, {
      integration: 'shop',
      actor: deployerItself,
      action: 'ship',
      subject: 'late',
      detail: {},
    });
  });
  const error: unknown = await interrupted.catch((problem: unknown) => problem);
  expect(isConnectionLost(error), String(error)).toBe(true);
  await act('after');
  expect(await subjects()).toEqual(['after']);
});

test('a session that ends after its socket is known to be broken is told as a lost connection too', async () => {
  const interrupted = database.transaction(async ({ db, client }) => {
    const broken = new Promise((resolve) => {
      client.once('error', resolve);
    });
    await endSessions();
    await broken;
    await writeAudit(db, {
      integration: 'shop',
      actor: deployerItself,
      action: 'ship',
      subject: 'late',
      detail: {},
    });
  });
  const error: unknown = await interrupted.catch((problem: unknown) => problem);
  expect(isConnectionLost(error), String(error)).toBe(true);
  await act('after');
  expect(await subjects()).toEqual(['after']);
});

test('a statement without an answer is told as a lost connection, and the next one gets another connection', async () => {
  const pool = createPool({ connectionString, max: 1, answerMs: 300 });
  const hangs = ['select pg_sleep(60)', { text: 'select pg_sleep($1)', values: [60] }];
  for (const hang of hangs) {
    const error: unknown = await pool.query(hang).catch((problem: unknown) => problem);
    expect(isConnectionLost(error), String(error)).toBe(true);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  }
  const client = await pool.connect();
  const error: unknown = await client.query('select pg_sleep(60)').catch((problem: unknown) => problem);
  expect(isConnectionLost(error), String(error)).toBe(true);
  client.release();
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test('who listens hears also after a silence that is longer than the wait for an answer', async () => {
  const pool = createPool({ connectionString, max: 2, answerMs: 300 });
  const listener = await pool.connect();
  const heard = new Promise<string | undefined>((resolve) =>
    listener.on('notification', ({ payload }) => resolve(payload)),
  );
  await listener.query('listen news');
  await delay(900);
  await pool.query("select pg_notify('news', 'hello')");
  expect(await heard).toBe('hello');
  listener.release(true);
  await pool.end();
});

test.each([['SIGINT'], ['SIGKILL']] as const)(
  'after a restart of the database (%s) the same pool goes on, and nothing committed is lost',
  async (signal) => {
    await act('before');
    const identity = await identifyProcess(await postmasterPid());
    if (identity === null) throw new Error('the database does not run');
    await signalProcess(identity, signal);
    // A session may outlive its server for a moment, and still commit.
    const problem: unknown = await act('meanwhile').catch((error: unknown) => error);
    expect(problem === undefined || isConnectionLost(problem), String(problem)).toBe(true);
    await until('it to end', async () => ((await identifyProcess(identity.pid)) === null ? true : null));
    await startPostgres(postgres.home);
    await act('after');
    const expected = ['before', ...(problem === undefined ? ['meanwhile'] : []), 'after'];
    expect(await subjects()).toEqual(expected);
  },
);

async function postmasterPid(): Promise<number> {
  const { rows } = await database.pool.query<{ content: string }>(
    "select pg_read_file('postmaster.pid') as content",
  );
  return Number(rows[0]?.content.split('\n')[0]);
}
