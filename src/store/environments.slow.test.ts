import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { startTestPostgres, type TestPostgres } from '../../test/harness/database.ts';
import { componentOf, definitionOf } from '../../test/harness/definition.ts';
import { emptyRouteTable, withStable } from '../core/switching/route-table.ts';
import type { SwitchCause } from '../core/switching/switcher.ts';
import type { ResidentPreparation } from '../core/places/target.ts';
import { openDatabase, type Database } from './database.ts';
import { changeState, findDeployment, insertDeployment } from './deployments.ts';
import {
  claimEnvironments,
  addCapacityWaiter,
  capacityWaiters,
  findEnvironment,
  lockEnvironment,
  saveRoutes,
  takeDeploymentNumber,
  takeEnvironment,
} from './environments.ts';
import { saveIntegration, takeRunNumber } from './integrations.ts';
import { json } from './json.ts';
import { dropNext, findResident, noteResident, type ResidentRow, setNext, settleNext } from './residents.ts';
import { neededManifests } from './retention.ts';
import { insertRun, listRuns } from './runs.ts';
import { formerlyStable, insertSwitch } from './switches.ts';

const definition = definitionOf('shop', [{ name: 'dev' }, { name: 'production' }]);
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
  await saveIntegration(database.db, definition);
  return () => database.close();
});

test('run numbers and deployment numbers taken at once are all different and without a gap', async () => {
  const wanted = Array.from({ length: 20 }, (_, at) => at + 1);
  const runs = await Promise.all(
    wanted.map(() => database.transaction(({ db }) => takeRunNumber(db, 'shop'))),
  );
  const deployments = await Promise.all(
    wanted.map(() => database.transaction(({ db }) => takeDeploymentNumber(db, 'shop', 'dev'))),
  );
  expect(runs.toSorted((a, b) => a - b)).toEqual(wanted);
  expect(deployments.toSorted((a, b) => a - b)).toEqual(wanted);
});

test('a definition saved again keeps routes and numbers, and an environment that it lost', async () => {
  const { db } = database;
  const dev = await findEnvironment(db, 'shop', 'dev');
  await saveRoutes(db, dev, withStable(emptyRouteTable, 'dev-1'));
  await takeRunNumber(db, 'shop');
  await saveIntegration(db, definitionOf('shop', [{ name: 'production' }]));
  expect(await findEnvironment(db, 'shop', 'dev')).toMatchObject({ generation: 1 });
  expect(await takeRunNumber(db, 'shop')).toBe(2);
});

test('an environment that does not exist is refused with the names of those that do', async () => {
  await expect(findEnvironment(database.db, 'shop', 'prod')).rejects.toMatchObject({
    code: 'environment_not_found',
    hint: 'Did you mean production? Environments: dev, production.',
  });
});

test('of two writers that read the same routes one is refused, and changes nothing', async () => {
  const dev = await findEnvironment(database.db, 'shop', 'dev');
  const writers = ['dev-1', 'dev-2'].map((id) =>
    database.transaction(async ({ db }) => {
      await saveRoutes(db, dev, withStable(dev.routes, id));
      return id;
    }),
  );
  const results = await Promise.allSettled(writers);
  const refused = results.find((result) => result.status === 'rejected');
  const won = results.find((result) => result.status === 'fulfilled');
  expect(refused?.reason).toMatchObject({ code: 'route_stale' });
  const { routes, generation } = await findEnvironment(database.db, 'shop', 'dev');
  expect({ routes, generation }).toEqual({ routes: withStable(dev.routes, won?.value ?? ''), generation: 1 });
});

test('a table that skips a generation, or repeats one, is refused', async () => {
  const { db } = database;
  const dev = await findEnvironment(db, 'shop', 'dev');
  for (const generation of [0, 2]) {
    await expect(saveRoutes(db, dev, { ...emptyRouteTable, generation })).rejects.toMatchObject({
      code: 'route_stale',
    });
  }
});

test('an environment is held by one at a time, and by its holder again', async () => {
  const take = (holder: string): Promise<boolean> =>
    database.transaction(async ({ db }) =>
      takeEnvironment(db, await lockEnvironment(db, 'shop', 'dev'), holder),
    );
  const taken = await Promise.all(['shop-1', 'shop-2', 'shop-3'].map(take));
  expect(taken.filter(Boolean)).toHaveLength(1);
  const { holder } = await findEnvironment(database.db, 'shop', 'dev');
  expect(await take(holder ?? '')).toBe(true);
  expect(await take('shop-9')).toBe(false);
});

test('who waits for an environment is listed once, in the order of arrival, also within one millisecond', async () => {
  const { db } = database;
  const dev = await findEnvironment(db, 'shop', 'dev');
  const runs = Array.from({ length: 12 }, (_, at) => `shop-${at + 1}`);
  for (const at of runs.keys()) await startRun(at + 1);
  for (const run of [...runs, 'shop-1']) await addCapacityWaiter(db, dev, run);
  await db
    .updateTable('app.capacity_waiter')
    .set({ since: new Date(0) })
    .execute();
  expect(await capacityWaiters(db, dev)).toEqual(runs);
});

async function deploy(id: string): Promise<void> {
  const now = new Date();
  await insertDeployment(database.db, {
    integration: 'shop',
    id,
    environment: 'production',
    release: 'sha256:a',
    configuration: 'sha256:b',
    policy: 'sha256:c',
    knows: '[]',
    judged_by: 'sha256:c',
    preparation: '{}',
    state: 'preparing',
    reason: null,
    run: null,
    replaces: null,
    preview_port: null,
    created_at: now,
    state_at: now,
    warm_until: null,
  });
}

test('what was stable is listed once, the latest first; rehearsals and other environments do not count', async () => {
  const { db } = database;
  for (const id of ['production-1', 'production-2', 'production-3', 'production-4']) await deploy(id);
  const switches: readonly (readonly [string | null, SwitchCause])[] = [
    ['production-1', 'ship'],
    ['production-2', 'ship'],
    ['production-3', 'rehearsal'],
    ['production-1', 'rollback'],
    [null, 'uat'],
    ['production-2', 'rehearsal'],
  ];
  for (const [at, [to, cause]] of switches.entries()) {
    await insertSwitch(db, {
      integration: 'shop',
      environment: 'production',
      generation: at + 1,
      from: null,
      to,
      cause,
      run: null,
      identity: 'ops@example.com',
      at: new Date(),
    });
  }
  const ids = (await formerlyStable(db, 'shop', 'production')).map(({ id }) => id);
  expect(ids).toEqual(['production-1', 'production-2']);
  expect(await formerlyStable(db, 'shop', 'dev')).toEqual([]);
});

test('a deployment changes only as its life allows; the same state again is no change', async () => {
  const { db } = database;
  await deploy('production-1');
  const row = await findDeployment(db, 'shop', 'production-1');
  await expect(changeState(db, row, { state: 'warm' })).rejects.toThrow('cannot go from preparing to warm');
  await changeState(db, row, { state: 'ready', reason: 'first' });
  const first = await findDeployment(db, 'shop', 'production-1');
  await changeState(db, row, { state: 'ready', reason: 'second' });
  expect(await findDeployment(db, 'shop', 'production-1')).toEqual(first);
});

test('pages of runs lose none and repeat none', async () => {
  for (let number = 1; number <= 103; number += 1) await startRun(number);
  const first = await listRuns(database.db, 'shop', null);
  const second = await listRuns(database.db, 'shop', first.next);
  const third = await listRuns(database.db, 'shop', second.next);
  const numbers = [first, second, third].flatMap(({ rows }) => rows.map(({ number }) => number));
  expect(numbers).toEqual(Array.from({ length: 103 }, (_, at) => 103 - at));
  expect(third.next).toBeNull();
  await expect(listRuns(database.db, 'shop', 'yesterday')).rejects.toMatchObject({ code: 'usage' });
});

async function startRun(number: number): Promise<void> {
  await insertRun(database.db, {
    id: `shop-${number}`,
    integration: 'shop',
    number,
    commit: 'c',
    release: null,
    to: 'dev',
    plan: json({ v: 1, stages: [] }),
    definition: json(definition),
    authors: '[]',
    requester: 'r',
    note: null,
    env: '{}',
    state: 'queued',
    reason: null,
    waiting: null,
    cancel: null,
    attempt: 1,
    created_at: new Date(),
    ended_at: null,
  });
}

const place = { integration: 'shop', environment: 'dev' };

function named(artifact: string): ResidentPreparation {
  return {
    ...place,
    deployment: 'dev-store',
    release: 'sha256:gone',
    components: [
      {
        ...componentOf({ name: 'store', scope: 'environment' }),
        artifact,
        shape: { replicas: 1, env: {}, resources: { cpuMillis: null, memoryBytes: null } },
      },
    ],
    baseEnv: {},
    resident: { port: 20_001 },
  };
}

async function record(component: string): Promise<ResidentRow> {
  const row = await findResident(database.db, place, component);
  if (row === null) throw new Error('no record');
  return row;
}

test('the artifacts of what exists once are needed while it runs, and while it is being changed', async () => {
  const { db } = database;
  await noteResident(db, place, { component: 'store', port: 20_001 });
  await noteResident(db, place, { component: 'store', port: 20_002 });
  expect(await record('store')).toMatchObject({ port: 20_001, current: null, next: null });
  await setNext(db, await record('store'), { next: named('sha256:one'), run: 'shop-1' });
  await settleNext(db, await record('store'), new Date());
  await setNext(db, await record('store'), { next: named('sha256:two'), run: 'shop-2' });
  expect(await neededManifests(db, { host: 'here' })).toEqual(['sha256:one', 'sha256:two']);
  await dropNext(db, await record('store'));
  expect(await neededManifests(db, { host: 'here' })).toEqual(['sha256:one']);
  await claimEnvironments(db, place.integration, 'here');
  expect(await neededManifests(db, { host: 'here' })).toEqual(['sha256:one']);
  expect(await neededManifests(db, { host: 'another' })).toEqual([]);
});

test('a change of what exists once that another run has begun is neither settled nor dropped', async () => {
  const { db } = database;
  await noteResident(db, place, { component: 'cache', port: 20_003 });
  await setNext(db, await record('cache'), { next: named('sha256:one'), run: 'shop-1' });
  const former = await record('cache');
  await dropNext(db, former);
  await setNext(db, former, { next: named('sha256:two'), run: 'shop-2' });
  const latter = await record('cache');
  await expect(dropNext(db, former)).rejects.toMatchObject({ code: 'resident_stale' });
  await expect(settleNext(db, former, new Date())).rejects.toMatchObject({ code: 'resident_stale' });
  expect(await record('cache')).toEqual(latter);
  await dropNext(db, latter);
});
