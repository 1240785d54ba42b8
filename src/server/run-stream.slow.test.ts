import { afterAll, expect, test } from 'vitest';

import { startTestPostgres, type TestPostgres } from '../../test/harness/database.ts';
import { createPool } from '../store/pool.ts';
import { openRunNews } from './run-stream.ts';

const postgres: TestPostgres = await startTestPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());

test('a connection that cannot listen, for whatever reason, is given back', async () => {
  const pool = createPool({ connectionString: await postgres.createDatabase(), max: 1 });
  const spoilt = await pool.connect();
  await spoilt.query('begin');
  await spoilt.query('select 1 / 0').catch(() => null);
  spoilt.release();
  await expect(openRunNews(pool)).rejects.toThrow('current transaction is aborted');
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test('a connection that breaks is given back once, and another one hears', async () => {
  const pool = createPool({ connectionString: await postgres.createDatabase(), max: 2 });
  const news = await openRunNews(pool);
  await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where query like $1', [
    'listen %',
  ]);
  const { signal } = new AbortController();
  await news.next('shop-1', signal);
  const askedAt = performance.now();
  const notify = (): void => void pool.query("select pg_notify('deployer_run_events', 'shop-1')");
  const timer = setInterval(notify, 50);
  await news.next('shop-1', signal);
  clearInterval(timer);
  // It looks anyway after two seconds.
  expect(performance.now() - askedAt).toBeLessThan(1_500);
  news.close();
  news.close();
  await pool.end();
});
