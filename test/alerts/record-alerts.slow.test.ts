import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestPostgres, type TestPostgres } from '../harness/database.ts';
import { definitionOf } from '../harness/definition.ts';
import { commitOf, storedRelease } from '../harness/stored-release.ts';
import type { Worker } from '../../src/core/workers/host.ts';
import { alertsIn } from '../../src/store/alerts.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { saveIntegration } from '../../src/store/integrations.ts';
import { insertRelease } from '../../src/store/releases.ts';
import { beat, takeConvergence } from '../../src/store/workers.ts';
import { type AlertsRecord, recordAlerts } from '../../src/engine/monitoring/record-alerts.ts';
import type { RulesInForce } from '../../src/engine/monitoring/rules-in-force.ts';

let postgres: TestPostgres;
let database: Database;
const host = { id: '0123456789abcdef', name: 'here', home: '/home' };
const worker: Worker = { id: 'here-1', host, kind: 'server', version: '0.0.0' };
const environment = { integration: 'desk', environment: 'production' };
const rule = { metric: 'errorRate', limit: 0.02, windowMs: 60_000, minRequests: 20 } as const;
const webhooks = ['https://a.example/x', 'secret://local/alerts#webhook'];
const monitoring = {
  limits: { errorRate: 0.02, p95Ms: null, cpu: null, memory: null, restarts: null },
  windowSeconds: 60,
  minRequests: 20,
  environments: ['production'],
  webhooks,
};
const release = storedRelease(
  { ...definitionOf('desk', [{ name: 'production' }]), monitoring },
  commitOf('a'),
);

const inForce: RulesInForce = {
  subject: {
    ...environment,
    name: 'Desk',
    emoji: '🎫',
    deployment: 'production-1',
    release: release.id,
    version: '1.0.0',
  },
  deployment: 'production-1',
  release: release.id,
  monitoring,
  digest: 'sha256:monitoring',
  rules: [rule],
};

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(await postgres.createDatabase());
  const { db } = database;
  await db
    .insertInto('app.host')
    .values({ ...host, seen_at: sql`now()`, converging: null })
    .execute();
  await beat(db, worker, []);
  expect(await takeConvergence(db, worker)).toBe(true);
  await saveIntegration(db, release.definition);
  await insertRelease(db, release);
});

afterAll(async () => {
  await database.close();
  await postgres[Symbol.asyncDispose]();
});

const firingSinceMs = Date.UTC(2026, 0, 1);

/** What a look has found; without `event` nothing has changed. */
async function found(
  next: AlertsRecord['next'],
  by: { readonly worker?: Worker; readonly inForce?: RulesInForce | null } = {},
): Promise<void> {
  await recordAlerts(
    { database, worker: by.worker ?? worker },
    {
      environment,
      inForce: by.inForce === undefined ? inForce : by.inForce,
      next,
      nowMs: firingSinceMs + 5000,
      figuresAtMs: null,
    },
  );
}

const firing: AlertsRecord['next'][number] = {
  rule,
  before: null,
  after: {
    state: 'firing',
    sinceMs: firingSinceMs,
    seen: { kind: 'above', value: 0.5, text: '10 of 20 requests failed', looks: 2 },
  },
  event: 'firing',
};

async function told(): Promise<readonly (readonly [kind: string, receiver: string])[]> {
  const rows = await database.db
    .selectFrom('app.notification')
    .selectAll()
    .orderBy('kind')
    .orderBy('receiver')
    .execute();
  return rows.map(({ kind, receiver }) => [kind, receiver]);
}

test('a worker that has been replaced writes down neither the alert nor whom to tell', async () => {
  const other: Worker = { ...worker, id: 'here-2' };
  await expect(found([firing], { worker: other })).rejects.toThrow(/another worker/);
  expect(await alertsIn(database.db, environment)).toEqual([]);
  expect(await told()).toEqual([]);
});

test('an alert that fires is written down with whom to tell, and found again is told once', async () => {
  await found([firing]);
  await found([firing]);
  expect(await alertsIn(database.db, environment)).toMatchObject([
    {
      metric: 'errorRate',
      state: 'firing',
      threshold: 0.02,
      since: new Date(firingSinceMs),
      release: release.id,
    },
  ]);
  expect(await told()).toEqual(webhooks.map((webhook) => ['firing', webhook]));
});

test('when nothing is live any more, those who were told that it fires are told that it has ended', async () => {
  await found([], { inForce: null });
  expect(await alertsIn(database.db, environment)).toEqual([]);
  expect(await told()).toEqual([
    ...webhooks.map((webhook) => ['firing', webhook]),
    ...webhooks.map((webhook) => ['resolved', webhook]),
  ]);
});
