import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { componentOf } from '../../../test/harness/definition.ts';
import { type EngineStage, openEngineStage, type Scene } from '../../../test/harness/engine-scene.ts';
import { commitOf } from '../../../test/harness/stored-release.ts';
import { until, untilTrue } from '../../../test/harness/until.ts';
import { portRanges } from '../../core/places/port-ranges.ts';
import type { Preparation } from '../../core/places/target.ts';
import { failed } from '../../core/verdicts/verdict.ts';
import { DeployerError } from '../../errors.ts';
import { findEnvironment } from '../../store/environments.ts';
import { residentsIn, type ResidentRow } from '../../store/residents.ts';
import { runEventsAfter } from '../../store/run-events.ts';
import { findRun } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import { cancel } from '../acts/cancel.ts';
import { retry } from '../acts/retry.ts';
import { releaseOfRun } from '../subjects.ts';
import { residentNotices } from './resident-notices.ts';
import { whileAlone } from './residents-lock.ts';

const ops = { identity: 'ops@example.com', proven: false };
const web = componentOf({ name: 'web', needs: ['store'] });
const store = componentOf({ name: 'store', isPublic: false, scope: 'environment', needs: ['disk'] });
const disk = componentOf({ name: 'disk', isPublic: false, scope: 'environment' });
/** What happens before an act of the places, by `<act> <deployment>`. */
const before = new Map<string, () => Promise<void> | void>();
let stage: EngineStage;

beforeAll(async () => {
  stage = await openEngineStage((name, subject) => before.get(`${name} ${subject}`)?.());
});

afterEach(() => before.clear());

afterAll(() => stage[Symbol.asyncDispose]());

function open(policy = {}): Scene {
  return stage.scene([{ name: 'production', policy }], [web, store, disk]);
}

async function done(scene: Scene): Promise<string> {
  const { id } = await scene.ship();
  await scene.untilState(id, 'succeeded');
  return id;
}

async function records({ key }: Scene): Promise<readonly ResidentRow[]> {
  return await residentsIn(stage.bed.parts.database.db, { integration: key, environment: 'production' });
}

async function record(scene: Scene, component: string): Promise<ResidentRow> {
  return await until(`a record of ${component}`, async () =>
    (await records(scene)).find((row) => row.component === component),
  );
}

/** The release that runs of a resident; null: nothing does. */
function running({ key }: Scene, component: string): string | null {
  const found = stage.bed.places
    .deploymentsOf(key)
    .find(({ deployment }) => deployment === `production-${component}`);
  return found?.preparation.release ?? null;
}

/** Of the residents, what is decided and what runs: the release of each. */
async function releases(scene: Scene) {
  const rows = await records(scene);
  return rows.map(({ component, current, next }) => ({
    component,
    decided: current?.release ?? null,
    next: next?.release ?? null,
    runs: running(scene, component),
  }));
}

function notReady(): never {
  throw new DeployerError('component_not_ready', { message: 'store did not become ready.', hint: 'logs' });
}

/** Once: what is put back afterwards gets ready. */
function fails(act: string): void {
  before.set(act, () => {
    before.delete(act);
    notReady();
  });
}

test('what exists once starts before the candidate, those that others need first, and every deployment is given the same address', async () => {
  const scene = open();
  const first = await done(scene);
  const stages = await stagesOf(stage.bed.parts.database.db, first);
  expect(stages.map(({ name }) => name).slice(-4)).toEqual(['residents', 'prepare', 'verify', 'switch']);
  expect(stages.find(({ name }) => name === 'residents')).toMatchObject({
    reason: 'disk was started, store was started',
  });
  await done(scene);
  const urls = preparations(scene, /^production-\d+$/).map((preparation) => preparation.urls);
  const ports = new Map((await records(scene)).map(({ component, port }) => [component, port]));
  // While one is down, nobody else is given its port.
  const { lowest, beyond } = portRanges.resident;
  for (const port of ports.values()) expect(port).toSatisfy((n: number) => n >= lowest && n < beyond);
  const wanted = {
    store: `http://127.0.0.1:${ports.get('store')}`,
    disk: `http://127.0.0.1:${ports.get('disk')}`,
  };
  expect(urls).toEqual([wanted, wanted]);
  expect(preparations(scene, /-store$/)[0]).toMatchObject({ urls: { disk: wanted.disk } });
});

test('when one does not get ready, all are as before, the run says why, and what is live stays', async () => {
  const scene = open();
  await done(scene);
  const then = await releases(scene);
  fails('prepare production-store');
  const { id } = await scene.ship();
  expect(await scene.untilState(id, 'failed')).toMatchObject({ reason: 'store did not become ready.' });
  expect(await releases(scene)).toEqual(then);
  expect(await scene.deployments()).toEqual(['production-1 live']);
  await done(scene);
  expect((await releases(scene))[0]).not.toEqual(then[0]);
});

test('it is started anew when its release asks for another Node, and only then', async () => {
  const scene = stage.scene([{ name: 'production' }], [web, { ...store, needs: [] }]);
  const said = async (nodeVersion: number | null): Promise<string | null | undefined> => {
    const { id } = await scene.ship({ nodeVersion, commit: commitOf('same') });
    await scene.untilState(id, 'succeeded');
    const stages = await stagesOf(stage.bed.parts.database.db, id);
    return stages.find(({ name }) => name === 'residents')?.reason;
  };
  expect(await said(null)).toBe('store was started');
  expect(await said(null)).toBe('store stays as it is');
  expect(await said(24)).toBe('store was changed in place');
  expect(await said(24)).toBe('store stays as it is');
  expect(await record(scene, 'store')).toMatchObject({ current: { baseEnv: { PATH: '/nowhere:/usr/bin' } } });
});

test('one that has never been ready ends, and comes with the next ship', async () => {
  const scene = open();
  fails('prepare production-store');
  const { id } = await scene.ship();
  await scene.untilState(id, 'failed');
  const nothing = { decided: null, next: null, runs: null };
  expect(await releases(scene)).toEqual([
    { component: 'disk', ...nothing },
    { component: 'store', ...nothing },
  ]);
  const { port } = await record(scene, 'store');
  await done(scene);
  expect(await record(scene, 'store')).toMatchObject({ port, current: { resident: { port } } });
});

/** Ships; `reached` when disk has changed and store begins to, which it does until the run is cut off. */
async function shipUntilStoreChanges(scene: Scene) {
  const reached = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  before.set('prepare production-store', async () => {
    before.delete('prepare production-store');
    reached.resolve();
    await aborted.promise;
  });
  scene.work.set('residents', async (context) => {
    scene.work.delete('residents');
    context.signal.addEventListener('abort', () => aborted.resolve());
    return await stage.bed.parts.steps.residents.run(context);
  });
  const { id } = await scene.ship();
  return { id, reached: reached.promise };
}

test('a change that is cancelled half-way is put back when the cancel returns, before anybody else gets the environment', async () => {
  const scene = open();
  await done(scene);
  const then = await releases(scene);
  const { id, reached } = await shipUntilStoreChanges(scene);
  await reached;
  const order = { run: id, cause: 'cancel', reason: 'wrong day', by: ops } as const;
  expect(await cancel(stage.bed.parts, order, AbortSignal.timeout(20_000))).toMatchObject({
    state: 'cancelled',
  });
  expect(await releases(scene)).toEqual(then);
  expect(scene.served('production')).toBe('production-1');
});

test('a rollback in the middle of a change gets what ran before back while it goes on', async () => {
  const scene = open();
  await done(scene);
  await done(scene);
  const then = await releases(scene);
  stage.bed.ahead(2 * 3_600_000);
  await untilTrue('the first to have retired', async () => (await scene.deployments()).length === 1);
  const { reached } = await shipUntilStoreChanges(scene);
  await reached;
  const goOn = Promise.withResolvers<void>();
  before.set('prepare production-3', () => goOn.promise);
  const back = scene.rollback('production');
  await untilTrue('all to be as before', async () => isDeepStrictEqual(await releases(scene), then));
  expect(await scene.holder('production')).toMatch(/^rollback/);
  goOn.resolve();
  expect((await back).to.id).toBe('production-3');
});

test('one that vanished comes back as it was, also while a run changes the environment', async () => {
  const scene = open();
  await done(scene);
  const then = await releases(scene);
  const verifying = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const ref = { integration: scene.key, environment: 'production', deployment: 'production-store' };
  stage.bed.places.vanish(ref);
  await untilTrue('it to be back', () => running(scene, 'store') !== null);
  expect(await releases(scene)).toEqual(then);
  scene.work.set('verify', async () => {
    verifying.resolve();
    await goOn.promise;
    return failed('no');
  });
  const { id } = await scene.ship();
  await verifying.promise;
  const changed = await releases(scene);
  expect(changed).not.toEqual(then);
  stage.bed.places.vanish(ref);
  await untilTrue('it to be back', () => running(scene, 'store') !== null);
  goOn.resolve();
  await scene.untilState(id, 'failed');
  // Like an expanding migration, it stays as it was changed.
  expect(await releases(scene)).toEqual(changed);
});

test('what is live comes back while somebody is at work on residents, and those then in the order of their needs', async () => {
  const archive = componentOf({ name: 'archive', isPublic: false, scope: 'environment', needs: ['disk'] });
  const scene = stage.scene([{ name: 'production' }], [web, store, archive, disk]);
  await done(scene);
  const { parts, places } = stage.bed;
  const ref = { integration: scene.key, environment: 'production' };
  const isThere = (name: string): boolean =>
    places.deploymentsOf(scene.key).some(({ deployment }) => deployment === name);
  const started: string[] = [];
  const gone = ['production-1', 'production-archive', 'production-disk'];
  for (const name of gone) before.set(`prepare ${name}`, () => void started.push(name));
  await whileAlone(parts, ref, AbortSignal.timeout(60_000), async () => {
    for (const deployment of gone) places.vanish({ ...ref, deployment });
    await untilTrue('what is live to be back', () => isThere('production-1'));
  });
  await untilTrue('all to be back', () => gone.every(isThere));
  expect(started).toEqual(['production-1', 'production-disk', 'production-archive']);
});

test('after a restore, one that the backup does not know goes on running; a deployment that it does not know ends', async () => {
  const scene = open();
  await done(scene);
  const { parts, places } = stage.bed;
  const ref = { integration: scene.key, environment: 'production' };
  const [newest] = preparations(scene, /^production-1$/);
  if (newest === undefined) throw new Error('nothing is live');
  await places.target.prepare({ ...newest, deployment: 'production-9' }, AbortSignal.timeout(5000));
  const folder = parts.home.deployments(scene.key, 'production');
  for (const name of ['production-9', 'production-store'])
    await mkdir(join(folder, name), { recursive: true });
  const runs = running(scene, 'store');
  const { db } = parts.database;
  await db
    .deleteFrom('app.resident')
    .where('integration', '=', scene.key)
    .where('component', '=', 'store')
    .execute();
  const restored = { backupAt: '2026-01-01T00:00:00.000Z', at: new Date().toISOString(), by: ops.identity };
  await db
    .updateTable('app.environment')
    .set({ restored: JSON.stringify(restored) })
    .where('integration', '=', scene.key)
    .execute();
  await untilTrue('all to be settled', async () => {
    return (await findEnvironment(db, ref.integration, ref.environment)).restored === null;
  });
  expect(places.deploymentsOf(scene.key).map(({ deployment }) => deployment)).not.toContain('production-9');
  expect(running(scene, 'store')).toBe(runs);
});

test('a run that waits until nobody else is at work on residents says for what, since when, until when, and what to type', async () => {
  const scene = open();
  await done(scene);
  const { parts } = stage.bed;
  const ref = { integration: scene.key, environment: 'production' };
  const begun = Date.now();
  const id = await whileAlone(parts, ref, AbortSignal.timeout(60_000), async () => {
    const run = await scene.ship();
    const { state, waiting } = await scene.untilWaiting(run.id, 'capacity');
    expect(state).toBe('waiting');
    expect(waiting).toMatchObject({
      environment: 'production',
      reason: expect.stringContaining('what exists once in production'),
      next: `deployer run ${run.id} --follow`,
    });
    expect(Date.parse(waiting?.since ?? '')).toBeGreaterThanOrEqual(begun);
    expect(Date.parse(waiting?.deadline ?? '')).toBeGreaterThan(Date.now());
    return run.id;
  });
  expect(await scene.untilState(id, 'succeeded')).toMatchObject({ waiting: null });
  const events = await runEventsAfter(parts.database.db, id, '0');
  const told = events.flatMap(({ event }) => (event.type === 'log' ? [event.line] : []));
  expect(told).toContainEqual(expect.stringMatching(/^waiting: .*what exists once in production$/));
});

test('an approval that was shown another change is void, and is asked again', async () => {
  const scene = open({ approval: { count: 1, approvers: ['ops@example.com'] } });
  const { id: first } = await scene.ship();
  await scene.untilWaiting(first, 'approval');
  expect(await ahead(first)).toEqual([
    expect.stringMatching(/^Starts disk,/),
    expect.stringMatching(/^Starts store,/),
  ]);
  await scene.approve(first);
  await scene.untilState(first, 'succeeded');
  const changing = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  before.set('prepare production-store', async () => {
    changing.resolve();
    await goOn.promise;
  });
  scene.work.set('verify', async () => failed('no'));
  const { id: second } = await scene.ship({ branch: 'one' });
  await scene.untilWaiting(second, 'approval');
  expect(await ahead(second)).toEqual([
    expect.stringMatching(/^Changes disk,/),
    expect.stringMatching(/^Changes store,/),
  ]);
  await scene.approve(second);
  await changing.promise;
  const { id: third } = await scene.ship({ branch: 'two' });
  await scene.untilWaiting(third, 'approval');
  await scene.approve(third);
  await scene.untilWaiting(third, 'capacity');
  goOn.resolve();
  await scene.untilState(second, 'failed');
  scene.work.delete('verify');
  await scene.untilWaiting(third, 'approval');
  await scene.approve(third);
  await scene.untilState(third, 'succeeded');
});

test('what a first attempt has changed is another thing to approve: a retry asks again, and says that nothing changes', async () => {
  const scene = open({ approval: { count: 1, approvers: ['ops@example.com'] } });
  const { parts } = stage.bed;
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  scene.work.set('verify', async () => failed('no'));
  await scene.untilState(id, 'failed');
  scene.work.delete('verify');
  await retry(parts, { run: id, by: ops });
  await scene.untilWaiting(id, 'approval');
  expect(await ahead(id)).toEqual([]);
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');
});

/** What is said of residents to whoever approves a run. */
async function ahead(id: string): Promise<readonly string[]> {
  const { parts } = stage.bed;
  const run = await findRun(parts.database.db, id);
  const release = await releaseOfRun(parts.database.db, run);
  return await residentNotices(parts, { run, release, environment: 'production' });
}

function preparations({ key }: Scene, name: RegExp): readonly Preparation[] {
  return stage.bed.places
    .deploymentsOf(key)
    .filter(({ deployment }) => name.test(deployment))
    .map(({ preparation }) => preparation);
}
