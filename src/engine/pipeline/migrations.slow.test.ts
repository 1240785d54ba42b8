import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type EngineStage, openEngineStage, type Scene } from '../../../test/harness/engine-scene.ts';
import { until } from '../../../test/harness/until.ts';
import type { MigrationDefinition } from '../../core/definition/integration.ts';
import type { MigrationKind } from '../../core/releases/migration.ts';
import { failed, passed } from '../../core/verdicts/verdict.ts';
import { standingFreeze } from '../../store/freezes.ts';
import { findDeployment } from '../../store/deployments.ts';
import { stagesOf } from '../../store/stages.ts';
import { cancel } from '../acts/cancel.ts';
import { freeze } from '../acts/freeze.ts';
import { retry } from '../acts/retry.ts';
import { chooseRollback } from '../acts/rollback.ts';
import { noWayBackTo } from '../going-back/way-back.ts';
import { recordCopy } from './new-deployment.ts';

const ops = { identity: 'ops@example.com', proven: false };
const watch = { seconds: 1, minRequests: 1, probePath: '/', errorRate: 0.1, p95Ms: null };
let stage: EngineStage;
let folder: string;

beforeAll(async () => {
  stage = await openEngineStage();
  folder = await mkdtemp(join(tmpdir(), 'deployer-migrations-'));
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;

/** A migration that writes a line into a file of its own each time it runs, with what it was told. */
function migration(kind: MigrationKind, { after = 'true' }: { readonly after?: string } = {}) {
  const file = join(folder, `ran-${(count += 1)}`);
  const run = `echo "$DEPLOYER_ENVIRONMENT $DEPLOYER_RELEASE" >> ${file}; ${after}`;
  const migrations: MigrationDefinition = { run, kind, timeoutMs: 20_000, files: [] };
  const ran = async (): Promise<readonly string[]> => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  };
  return { migrations, ran };
}

async function done(scene: Scene, own: Parameters<Scene['ship']>[0] = {}): Promise<string> {
  const { id } = await scene.ship(own);
  await scene.untilState(id, 'succeeded');
  return id;
}

async function reasonOf(run: string, name: string): Promise<string | null> {
  const rows = await stagesOf(stage.bed.parts.database.db, run);
  return rows.find((row) => row.name === name)?.reason ?? null;
}

test('a migration runs in every environment before its candidate starts, and only once while it stays the same', async () => {
  const scene = stage.scene([{ name: 'dev' }, { name: 'production' }]);
  const { migrations, ran } = migration('expand');
  scene.work.set('verify', async () => passed(`after ${(await ran()).length}`));
  const first = await done(scene, { migrations });
  expect((await ran()).map((line) => line.split(' ')[0])).toEqual(['dev', 'production']);
  expect((await scene.stages(first)).slice(-4)[0]).toBe('migrate passed');
  const second = await done(scene, { migrations });
  expect(await ran()).toHaveLength(2);
  expect(await reasonOf(second, 'migrate')).toBe(`Skipped: dev has taken this expand migration in ${first}`);
});

test('a migration that fails ends the run before anything starts, what is live stays, and a retry runs it again', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await done(scene);
  const open = join(folder, 'open');
  const { migrations, ran } = migration('contract', { after: `test -e ${open}` });
  const { id } = await scene.ship({ migrations });
  await scene.untilState(id, 'failed');
  expect(await scene.deployments()).toEqual(['production-1 live']);
  expect(await reasonOf(id, 'migrate')).toMatch(/^The contract migration .* exited 1 .* is not undone$/);
  await writeFile(open, '');
  await retry(stage.bed.parts, { run: id, by: ops });
  await scene.untilState(id, 'succeeded');
  expect(await ran()).toHaveLength(2);
  expect(scene.served('production')).toBe('production-2');
});

test('after a contract migration a rollback is refused beforehand with the reason, and among what came after it, it works', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await done(scene);
  const { migrations } = migration('contract');
  const cut = await done(scene, { migrations });
  const place = { integration: scene.key, environment: 'production', to: null };
  const reason = `there is no way back to production-1: a contract migration has run that its release does not know (${cut})`;
  expect(await chooseRollback(stage.bed.parts, place)).toMatchObject({ ready: false, reasons: [reason] });
  await expect(scene.rollback('production')).rejects.toMatchObject({ code: 'rollback_not_ready' });
  expect(scene.served('production')).toBe('production-2');
  await done(scene, { migrations });
  expect(await scene.rollback('production')).toMatchObject({ to: { id: 'production-2' } });
});

test('a copy that was made after a contract migration is no way back when what it is a copy of was none', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await done(scene);
  await done(scene);
  // Cold: a copy of the first one is brought up.
  await stage.bed.parts.database.pool.query(
    `update app.deployment set state = 'retired' where integration = $1 and id = 'production-1'`,
    [scene.key],
  );
  expect(await scene.rollback('production')).toMatchObject({ to: { id: 'production-3' } });
  const { migrations } = migration('contract');
  const cut = await done(scene, { migrations });
  // Made again while the migration is the latest thing that has run, as a rehearsal or a rollback may.
  const first = await findDeployment(stage.bed.parts.database.db, scene.key, 'production-1');
  const copy = await stage.bed.parts.database.transaction((transaction) =>
    recordCopy(stage.bed.parts, transaction, first, { replaces: 'production-4', substituted: [] }),
  );
  expect(copy).toMatchObject({ id: 'production-5', knows: [] });
  const reason = (id: string): string =>
    `there is no way back to ${id}: a contract migration has run that its release does not know (${cut})`;
  const place = { integration: scene.key, environment: 'production' };
  const { parts } = stage.bed;
  expect(await chooseRollback(parts, { ...place, to: null })).toMatchObject({
    reasons: [reason('production-3')],
  });
  expect(await noWayBackTo(parts.database.db, place, { from: 'production-4', to: copy.id })).toBe(
    reason(copy.id),
  );
});

test('an old commit that is shipped after a contract migration is no way back, and what knows the migration is', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await done(scene);
  const { migrations } = migration('contract');
  const cut = await done(scene, { migrations });
  await done(scene, { isOld: true });
  const place = { integration: scene.key, environment: 'production', to: null };
  expect(await chooseRollback(stage.bed.parts, place)).toMatchObject({
    ready: true,
    target: { id: 'production-2' },
  });
  // A later commit without a migration of its own descends from the one that brought it.
  await done(scene);
  const reason = `there is no way back to production-3: a contract migration has run that its release does not know (${cut})`;
  expect(await chooseRollback(stage.bed.parts, place)).toMatchObject({ ready: false, reasons: [reason] });
  await expect(scene.rollback('production')).rejects.toMatchObject({ code: 'rollback_not_ready' });
  expect(await scene.rollback('production', { to: 'production-2' })).toMatchObject({
    to: { id: 'production-2' },
  });
});

test('an expand migration leaves the way back open', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  await done(scene);
  await done(scene, { migrations: migration('expand').migrations });
  expect(await scene.rollback('production')).toMatchObject({ to: { id: 'production-1' } });
});

test('a watch that fails across an irreversible migration leaves users where they are, holds the release, and freezes', async () => {
  const scene = stage.scene([{ name: 'production', policy: { watch } }]);
  await done(scene);
  scene.work.set('watch', async () => failed('3 of 20 requests failed'));
  const { id } = await scene.ship({ migrations: migration('irreversible').migrations });
  const ended = await scene.untilState(id, 'failed');
  expect(ended.reason).toBe(
    '3 of 20 requests failed; and it could not be undone: production-2 keeps the users, as there is no way back to ' +
      `production-1: an irreversible migration has run that its release does not know (${id})`,
  );
  expect(scene.served('production')).toBe('production-2');
  expect(await scene.holdsOn(id)).toEqual(['production']);
  expect(await scene.holder('production')).toBeNull();
  const { db } = stage.bed.parts.database;
  const freeze = await standingFreeze(db, { integration: scene.key, environment: 'production' });
  expect(freeze).toMatchObject({ identity: 'deployer', reason: expect.stringContaining('no way back') });
});

test('users who stay are protected also when another freeze is over', async () => {
  const scene = stage.scene([{ name: 'production', policy: { watch } }]);
  await done(scene);
  const { parts } = stage.bed;
  const place = { integration: scene.key, environment: 'production' };
  scene.work.set('watch', async () => {
    const until = new Date(parts.clock.now() + 3_600_000);
    await freeze(parts, { ...place, reason: 'year end', until, by: ops });
    return failed('3 of 20 requests failed');
  });
  const { migrations } = migration('irreversible');
  const { id } = await scene.ship({ migrations });
  await scene.untilState(id, 'failed');
  const standing = await standingFreeze(parts.database.db, place);
  expect(standing).toMatchObject({
    identity: 'deployer',
    until: null,
    reason: expect.stringMatching(/no way back.* already, by ops@example\.com: year end$/),
  });
});

test('what mends it waits for a person, and a cancel after the switch leaves users where they are, too', async () => {
  const scene = stage.scene([{ name: 'production', policy: { watch } }]);
  await done(scene);
  const watching = Promise.withResolvers<void>();
  scene.work.set('watch', async ({ signal }) => {
    watching.resolve();
    return await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  });
  const { migrations } = migration('contract');
  const { id } = await scene.ship({ migrations });
  await watching.promise;
  const order = { run: id, cause: 'cancel', reason: 'wrong day', by: ops } as const;
  const ended = await cancel(stage.bed.parts, order, AbortSignal.timeout(20_000));
  expect(ended).toMatchObject({
    state: 'cancelled',
    reason: expect.stringMatching(/^wrong day; and it could not be undone: production-2 keeps the users/),
  });
  expect(await scene.deployments()).toEqual(['production-2 live', 'production-1 warm']);
  scene.work.delete('watch');
  const fix = await scene.ship({ migrations });
  const { waiting } = await scene.untilWaiting(fix.id, 'freeze');
  expect(waiting?.next).toBe(`deployer unfreeze production --integration ${scene.key}`);
});

test('two workers never migrate an environment at the same time, though both believe that they hold it', async () => {
  const scene = stage.scene([{ name: 'production' }]);
  const gate = join(folder, 'gate');
  const slow = migration('expand', { after: `while ! test -e ${gate}; do sleep 0.05; done` });
  const { id } = await scene.ship({ migrations: slow.migrations });
  await until('the migration to run', async () => ((await slow.ran()).length === 1 ? true : null));
  const { db } = stage.bed.parts.database;
  const index = (await stagesOf(db, id)).findIndex(({ name }) => name === 'migrate');
  const { runStage } = await import('./stage-runner.ts');
  const again = runStage(stage.bed.parts, id, index);
  // The second one has got as far as the lock when it has taken its connection.
  await until('the second one to wait for the lock', async () => {
    const { rows } = await stage.bed.parts.database.pool.query(
      `select 1 from pg_stat_activity where query like 'select pg_try_advisory_lock%' and datname = current_database()`,
    );
    return rows.length >= 2 ? true : null;
  });
  expect(await slow.ran()).toHaveLength(1);
  await writeFile(gate, '');
  expect(await again).toMatchObject({ kind: 'passed' });
  await scene.untilState(id, 'succeeded');
  expect(await slow.ran()).toHaveLength(1);
});
