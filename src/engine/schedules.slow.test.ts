import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestPostgres, type TestPostgres } from '../../test/harness/database.ts';
import type { Host, Worker } from '../core/workers/host.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { listSchedules, type ScheduleRow } from '../store/schedules.ts';
import { beat, removeAllWorkers } from '../store/workers.ts';
import { type ScheduledWork, scheduler } from './schedules.ts';

let postgres: TestPostgres;
let database: Database;
const logger = pino({ level: 'silent' });
const { signal } = new AbortController();

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(await postgres.createDatabase());
});

afterAll(async () => {
  await database.close();
  await postgres[Symbol.asyncDispose]();
});

const host = { id: '0123456789abcdef', name: 'here', home: '/home' };

/** A worker with a clock of its own, and an hourly schedule. */
function worker(name: string, work: Partial<ScheduledWork> & { readonly name: string }, on: Host = host) {
  let now = new Date('2026-06-01T00:30:00Z');
  const hourly = {
    cron: '0 * * * *',
    timeZone: 'UTC',
    run: () => Promise.resolve({ ok: true, summary: 'done' }),
  };
  const self: Worker = { id: name, host: on, kind: 'server', version: '0.0.0' };
  const look = scheduler({ database, worker: self, works: [{ ...hourly, ...work }], now: () => now, logger });
  return {
    lookAt: async (time: string): Promise<void> => {
      now = new Date(time);
      await beat(database.db, self, []);
      await look(signal);
    },
  };
}

async function rowOf(name: string, on: Host = host): Promise<ScheduleRow | undefined> {
  return (await listSchedules(database.db, on.id)).find((row) => row.name === name);
}

function counted(name: string) {
  let runs = 0;
  return {
    name,
    run: () => Promise.resolve({ ok: true, summary: `run ${(runs += 1)}` }),
    count: () => runs,
  };
}

test('after downtime an overdue schedule runs once, and says how many times it made up for', async () => {
  const work = counted('overdue');
  const { lookAt } = worker('one', work);
  await lookAt('2026-06-01T00:30:00Z');
  expect(work.count()).toBe(0);
  await lookAt('2026-06-01T09:10:00Z');
  await lookAt('2026-06-01T09:11:00Z');
  expect(work.count()).toBe(1);
  expect(await rowOf('overdue')).toMatchObject({
    missed: 8,
    ok: true,
    summary: 'run 1',
    next_at: new Date('2026-06-01T10:00:00Z'),
  });
});

test('of all workers of a host one gets it', async () => {
  const work = counted('shared');
  const workers = ['a', 'b', 'c', 'd'].map((name) => worker(name, work));
  for (const each of workers) await each.lookAt('2026-06-01T00:30:00Z');
  await Promise.all(workers.map(({ lookAt }) => lookAt('2026-06-01T01:00:00Z')));
  expect(work.count()).toBe(1);
});

test('every host does its own work, at its own times', async () => {
  const there = { id: 'fedcba9876543210', name: 'there', home: '/home' };
  const [work, other] = [counted('nightly'), counted('nightly')];
  const one = worker('of here', { ...work, cron: '0 3 * * *' });
  const two = worker('of there', { ...other, cron: '0 3 * * *', timeZone: 'Asia/Tokyo' }, there);
  for (const { lookAt } of [one, two, one, two]) await lookAt('2026-06-01T00:30:00Z');
  expect((await rowOf('nightly'))?.next_at).toEqual(new Date('2026-06-01T03:00:00Z'));
  expect((await rowOf('nightly', there))?.next_at).toEqual(new Date('2026-06-01T18:00:00Z'));
  await one.lookAt('2026-06-01T18:00:00Z');
  await two.lookAt('2026-06-01T18:00:00Z');
  expect([work.count(), other.count()]).toEqual([1, 1]);
});

test('what a killed worker had begun is done again by another, and not while it lives', async () => {
  const held = Promise.withResolvers<{ ok: boolean; summary: string }>();
  const slow = worker('killed', { name: 'taken over', run: () => held.promise });
  await slow.lookAt('2026-06-01T00:30:00Z');
  const begun = slow.lookAt('2026-06-01T01:00:00Z');
  const other = counted('taken over');
  const { lookAt } = worker('next', other);
  await expect.poll(async () => (await rowOf('taken over'))?.worker).toBe('killed');
  await lookAt('2026-06-01T01:01:00Z');
  expect(other.count()).toBe(0);
  await removeAllWorkers(database.db);
  await lookAt('2026-06-01T01:02:00Z');
  expect(other.count()).toBe(1);
  held.resolve({ ok: false, summary: 'too late' });
  await begun;
  expect(await rowOf('taken over')).toMatchObject({ ok: true, summary: 'run 1', worker: 'next' });
});

test('a failure is recorded with its reason, and the next time comes all the same', async () => {
  const run = () => Promise.reject(new Error('the disk is full'));
  const { lookAt } = worker('one', { name: 'failing', run });
  await lookAt('2026-06-01T00:30:00Z');
  await lookAt('2026-06-01T01:00:00Z');
  expect(await rowOf('failing')).toMatchObject({
    ok: false,
    summary: 'the disk is full',
    next_at: new Date('2026-06-01T02:00:00Z'),
  });
});

test('other times in a newer version begin at once', async () => {
  await worker('one', { name: 'moved' }).lookAt('2026-06-01T00:30:00Z');
  await worker('one', { name: 'moved', cron: '45 * * * *' }).lookAt('2026-06-01T00:30:00Z');
  expect((await rowOf('moved'))?.next_at).toEqual(new Date('2026-06-01T00:45:00Z'));
});
