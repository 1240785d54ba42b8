import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { startTestPostgres, type TestPostgres } from '../harness/database.ts';
import { openReceiver, type Receiver } from '../harness/receiver.ts';
import { untilTrue } from '../harness/until.ts';
import { deliveryWithinMs } from '../../src/core/alerts/delivery.ts';
import type { NotificationBody } from '../../src/core/alerts/notification.ts';
import type { Worker } from '../../src/core/workers/host.ts';
import { emptyRedactor } from '../../src/core/secrets/redaction.ts';
import type { Secrets } from '../../src/core/secrets/secrets.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import {
  insertNotifications,
  type NotificationRow,
  notificationsOf,
  pruneNotifications,
} from '../../src/store/notifications.ts';
import { beat, takeConvergence } from '../../src/store/workers.ts';
import { httpWebhooks } from '../../src/webhooks/send-webhook.ts';
import { type Delivering, delivering } from '../../src/engine/monitoring/delivering.ts';

let postgres: TestPostgres;
let database: Database;
let receiver: Receiver;
const logger = pino({ level: 'silent' });
const forever = new AbortController().signal;
const host = { id: '0123456789abcdef', name: 'here', home: '/home' };
const worker: Worker = { id: 'here-1', host, kind: 'server', version: '0.0.0' };
const values = new Map<string, string>();
let aheadMs = 0;

const secrets: Secrets = {
  standing: (_, { path, key }) =>
    Promise.resolve({ current: values.has(`${path}#${key}`) ? '7' : null, named: 'unnamed' }),
  read: (_, { path, key, version }) =>
    Promise.resolve(version === '7' ? (values.get(`${path}#${key}`) ?? '') : ''),
  values: () => Promise.resolve([]),
  redactor: () => Promise.resolve(emptyRedactor),
  known: emptyRedactor,
};

function open(as: Worker = worker): Delivering {
  const clock = { now: () => Date.now() + aheadMs };
  const webhooks = httpWebhooks({ version: '0.0.0', timeoutMs: 500 });
  return delivering({ database, worker: as, clock, secrets, webhooks }, logger);
}

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(await postgres.createDatabase());
  await database.db
    .insertInto('app.host')
    .values({ ...host, seen_at: sql`now()`, converging: null })
    .execute();
  await beat(database.db, worker, []);
  expect(await takeConvergence(database.db, worker)).toBe(true);
  await database.db
    .insertInto('app.environment')
    .values({
      integration: 'desk',
      name: 'production',
      position: 0,
      routes: '{}',
      generation: 1,
      holder: null,
      held_since: null,
      next_deployment: 1,
      host: host.id,
    })
    .execute();
});

beforeEach(async () => {
  aheadMs = 0;
  receiver = await openReceiver();
  return () => receiver[Symbol.asyncDispose]();
});

afterAll(async () => {
  await database.close();
  await postgres[Symbol.asyncDispose]();
});

const body: NotificationBody = {
  v: 1,
  kind: 'firing',
  at: '2026-01-01T00:00:00.000Z',
  integration: 'desk',
  environment: 'production',
  text: 'it fires',
  run: null,
  alert: null,
  deployment: null,
  release: null,
  version: null,
  next: 'deployer alerts',
};

/** Writes an event down, to be told now. */
async function event(...receivers: readonly string[]): Promise<string> {
  const name = `desk/production/${randomUUID()}`;
  const now = new Date(Date.now() + aheadMs);
  await insertNotifications(
    database.db,
    receivers.map((each) => ({
      id: randomUUID(),
      event: name,
      receiver: each,
      kind: 'firing',
      integration: 'desk',
      environment: 'production',
      body: JSON.stringify(body),
      created_at: now,
      deadline: new Date(now.getTime() + deliveryWithinMs),
      next_at: now,
    })),
  );
  return name;
}

async function round(telling: Delivering): Promise<void> {
  await telling.runOnce(forever);
  await telling.settled();
}

async function rowOf(name: string): Promise<NotificationRow> {
  const [row] = await notificationsOf(database.db, name);
  if (row === undefined) throw new Error(`nothing of ${name}`);
  return row;
}

test('what fails is tried again after growing pauses, says so, and is delivered once', async () => {
  const telling = open();
  receiver.answer(500, 503, 204);
  const name = await event(receiver.url);
  await round(telling);
  const failed = await rowOf(name);
  expect(failed).toMatchObject({
    attempts: 1,
    status: 500,
    last_error: 'it answered with status 500',
    delivered_at: null,
  });
  await round(telling);
  expect(receiver.received).toHaveLength(1);
  aheadMs = 7000;
  await round(telling);
  const again = await rowOf(name);
  expect(again).toMatchObject({ attempts: 2, status: 503 });
  expect((again.next_at?.getTime() ?? 0) - Date.now() - aheadMs).toBeGreaterThan(10_000);
  aheadMs = 60_000;
  await round(telling);
  expect(await rowOf(name)).toMatchObject({ attempts: 3, status: 204, last_error: null, next_at: null });
  aheadMs = 3_600_000;
  await round(telling);
  expect(receiver.received.map((each) => each.body.id)).toEqual(Array.from({ length: 3 }, () => failed.id));
});

test('after a day it is given up, and says why', async () => {
  const telling = open();
  receiver.answer(404);
  const name = await event(receiver.url);
  for (const at of [0, deliveryWithinMs - 1000]) {
    aheadMs = at;
    await round(telling);
  }
  expect(await rowOf(name)).toMatchObject({
    attempts: 2,
    next_at: null,
    delivered_at: null,
    last_error: 'it answered with status 404',
  });
});

test('one that hangs keeps only its own waiting, and never gets two at once', async () => {
  await using hanging = await openReceiver();
  hanging.answer(() => undefined);
  const telling = open();
  await event(hanging.url);
  await event(hanging.url);
  await telling.runOnce(forever);
  const name = await event(receiver.url);
  await telling.runOnce(forever);
  await untilTrue('the other one to be told', async () => (await rowOf(name)).delivered_at !== null);
  expect(hanging.received.length).toBeLessThanOrEqual(1);
  await telling.settled();
  await round(telling);
  expect(hanging.received).toHaveLength(2);
});

test('one whose sender ended after it was sent is sent again with the same id, when it must have ended', async () => {
  receiver.answer(() => undefined, 204);
  const name = await event(receiver.url);
  const ending = new AbortController();
  const first = open();
  await first.runOnce(ending.signal);
  await untilTrue('it to be sent', () => receiver.received.length === 1);
  ending.abort(new Error('killed'));
  await first.settled();
  const second = open();
  await round(second);
  expect(receiver.received).toHaveLength(1);
  aheadMs = 16_000;
  await round(second);
  expect(receiver.received.map((each) => each.headers['idempotency-key'])).toEqual(
    Array.from({ length: 2 }, () => receiver.received[0]?.body.id),
  );
  expect(await rowOf(name)).toMatchObject({ attempts: 2, status: 204 });
});

test('a worker that does not look after the host, or does not any more, sends nothing', async () => {
  const other: Worker = { ...worker, id: 'here-2' };
  const name = await event(receiver.url);
  await round(open(other));
  const telling = open();
  await database.db.updateTable('app.host').set({ converging: other.id }).execute();
  await round(telling);
  expect(receiver.received).toHaveLength(0);
  expect(await rowOf(name)).toMatchObject({ attempts: 0 });
  await database.db.updateTable('app.host').set({ converging: worker.id }).execute();
  await round(telling);
  expect(receiver.received).toHaveLength(1);
});

test('an address that is a secret is read when it is needed; what is wrong with it is said without it', async () => {
  const telling = open();
  const reference = 'secret://local/alerts#webhook';
  const name = await event(reference);
  await round(telling);
  expect((await rowOf(name)).last_error).toMatch(/^Secret alerts#webhook is not set/);
  values.set('alerts#webhook', 'http://hooks.example.com/planted');
  aheadMs = 10_000;
  await round(telling);
  const refused = await rowOf(name);
  expect(refused.last_error).toBe(
    'the value of the secret must be an https address: others could read what is sent',
  );
  values.set('alerts#webhook', `${receiver.url}/planted\n`);
  aheadMs = 60_000;
  await round(telling);
  expect(receiver.received).toMatchObject([{ path: '/planted' }]);
  expect(JSON.stringify(await rowOf(name))).not.toContain('planted');
});

test('an event is written down once for each receiver, however often it is found', async () => {
  const name = await event(receiver.url, `${receiver.url}/other`);
  const rows = await notificationsOf(database.db, name);
  await insertNotifications(
    database.db,
    rows.map((row) => ({ ...row, id: randomUUID(), body: JSON.stringify(row.body) })),
  );
  expect((await notificationsOf(database.db, name)).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});

test('pruning removes what is over and old, but the last that a receiver was told', async () => {
  const url = `${receiver.url}/pruned`;
  const telling = open();
  const told = await event(url);
  await round(telling);
  const standing = await event(url);
  const before = new Date(Date.now() + 60_000);
  await pruneNotifications(database.db, { integration: 'shop', before });
  expect(await notificationsOf(database.db, told)).toHaveLength(1);
  await pruneNotifications(database.db, { integration: 'desk', before });
  expect(await notificationsOf(database.db, told)).toEqual([]);
  expect(await notificationsOf(database.db, standing)).toHaveLength(1);
});
