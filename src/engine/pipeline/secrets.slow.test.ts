import { expect, test } from 'vitest';

import type { Scene } from '../../../test/harness/engine-scene.ts';
import { engineStageOfThisFile } from '../../../test/harness/engine-stage-of-file.ts';
import { parseSecretName } from '../../core/secrets/secret-reference.ts';
import { failed } from '../../core/verdicts/verdict.ts';
import { findDeployment } from '../../store/deployments.ts';
import { runEventsAfter } from '../../store/run-events.ts';
import { findRun } from '../../store/runs.ts';
import { stagesOf } from '../../store/stages.ts';
import { cancel } from '../acts/cancel.ts';
import { freeze, unfreeze } from '../acts/freeze.ts';
import { retry } from '../acts/retry.ts';
import { chooseRollback } from '../acts/rollback.ts';
import { revokeSecret, setSecret } from '../acts/secret.ts';
import { supplySecrets } from './supplied-secrets.ts';

const by = { identity: 'ops@example.com', proven: false };
const approval = { approval: { count: 1, approvers: [by.identity] } };
const env = { TOKEN: 'secret://local/api#token' };
const stage = await engineStageOfThisFile();

test('more people than there are connections set a value at the same time, and each gets a version', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval, env }]);
  await set(scene, 'first value');
  const values = Array.from({ length: 20 }, (_, at) => `value ${at} of many`);
  const name = { path: 'api', key: 'token', version: null };
  const { parts } = scene.bed;
  const rows = await Promise.all(values.map((value) => set(scene, value)));
  const versions = rows.map(({ version }) => version);
  expect(versions.toSorted((a, b) => a - b)).toEqual(values.map((_, at) => at + 2));
  const read = versions.map((version) =>
    parts.secrets.read(scene.key, { ...name, provider: 'local', version: String(version) }),
  );
  expect(await Promise.all(read)).toEqual(values);
});

test('a version that is set between approval and prepare does not leak in', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval, env }]);
  await set(scene, 'first value');
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await set(scene, 'second value');
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');
  expect(tokenOf(scene, 'production-1')).toBe('secret://local/api#token@1');
});

test('a retry takes the newest version, and asks for approval again', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval, env }]);
  await set(scene, 'first value');
  scene.work.set('verify', async () => failed('not today'));
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  await scene.untilState(id, 'failed');

  await set(scene, 'second value');
  scene.work.clear();
  await retry(scene.bed.parts, { run: id, by });
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');
  expect(tokenOf(scene, 'production-2')).toBe('secret://local/api#token@2');
});

test('nobody approves what was revoked since it was asked; a cancel and a retry ask again, with the newest', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval, env }]);
  const { parts } = scene.bed;
  await set(scene, 'first value');
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await set(scene, 'second value');
  await revoke(scene, 'api#token@1');
  await expect(scene.approve(id)).rejects.toMatchObject({
    code: 'secret_revoked',
    exit: 1,
    message: expect.stringContaining(`the approval of ${id} is not taken`),
    hint: expect.stringContaining(`deployer cancel ${id}, then deployer retry ${id}`),
  });
  await scene.untilWaiting(id, 'approval');

  await cancel(parts, { run: id, cause: 'cancel', reason: 'revoked', by }, AbortSignal.timeout(20_000));
  await retry(parts, { run: id, by });
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');
  expect(tokenOf(scene, 'production-1')).toBe('secret://local/api#token@2');
});

test('a version that is revoked after it was approved is not deployed, and no other one in its place', async () => {
  const scene = stage.scene([{ name: 'production', policy: approval, env }]);
  const place = { integration: scene.key, environment: 'production', by };
  await set(scene, 'first value');
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await freeze(scene.bed.parts, { ...place, reason: 'a fair', until: null });
  await scene.approve(id);
  await scene.untilWaiting(id, 'freeze');
  await set(scene, 'second value');
  await revoke(scene, 'api#token@1');
  await unfreeze(scene.bed.parts, { ...place, reason: null });
  const { reason } = await scene.untilState(id, 'failed');
  expect(reason).toMatch(/^Secret api#token@1 was revoked\. /);
  // Nothing was begun in the environment, a migration neither.
  expect(await scene.stages(id)).toContain('prepare skipped');
  expect(scene.bed.places.deploymentsOf(scene.key)).toEqual([]);

  await retry(scene.bed.parts, { run: id, by });
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');
  expect(tokenOf(scene, 'production-1')).toBe('secret://local/api#token@2');
});

test('a secret that went missing on the way ends the run before anybody is asked', async () => {
  const scene = stage.scene([{ name: 'dev' }, { name: 'production', policy: approval, env }]);
  await set(scene, 'first value');
  scene.work.set('verify dev', async () => {
    await revoke(scene, 'api#token@1');
    return { verdict: 'pass', reason: 'seen', evidence: [] };
  });
  const { id } = await scene.ship();
  const { reason } = await scene.untilState(id, 'failed');
  expect(reason).toContain('deployer secret set api#token');
  const { db } = scene.bed.parts.database;
  const events = await runEventsAfter(db, id, '0');
  expect(events.filter(({ event }) => event.type === 'waiting')).toEqual([]);
  expect((await stagesOf(db, id)).find(({ name }) => name === 'approval')).toMatchObject({ verdict: 'fail' });
});

test('a ship whose secrets are not all set is refused at once, and there is no run', async () => {
  const scene = stage.scene([{ name: 'dev' }, { name: 'production', env }]);
  await expect(scene.ship()).rejects.toMatchObject({
    code: 'secret_missing',
    hint: 'deployer secret set api#token',
  });
  await expect(findRun(scene.bed.parts.database.db, `${scene.key}-1`)).rejects.toMatchObject({
    code: 'run_not_found',
  });
  const { id } = await scene.ship({ to: 'dev' });
  await scene.untilState(id, 'succeeded');
});

test('users that are sent back get no revoked value, unless nothing else comes up', async () => {
  for (const comesUp of [true, false]) {
    const scene = stage.scene([{ name: 'production', env, policy: { watch } }]);
    await set(scene, 'first value');
    const first = await scene.ship();
    await scene.untilState(first.id, 'succeeded');
    await set(scene, 'second value');
    scene.work.set('watch', async () => {
      await revoke(scene, 'api#token@1');
      return failed('too many errors');
    });
    stage.interfere((name, subject) => {
      if (name === 'prepare' && subject === 'production-3' && !comesUp) throw new Error('it does not start');
    });
    const second = await scene.ship();
    await scene.untilState(second.id, 'failed');
    expect(await scene.stable('production')).toBe(comesUp ? 'production-3' : 'production-1');
    if (comesUp) expect(tokenOf(scene, 'production-3')).toBe('secret://local/api#token@2');
  }
});

test('what starts again gets the newest version in the place of a revoked one, and that is audited', async () => {
  const scene = stage.scene([{ name: 'production', env }]);
  const { parts } = scene.bed;
  const { db } = parts.database;
  await set(scene, 'first value');
  const { id } = await scene.ship();
  await scene.untilState(id, 'succeeded');
  const { preparation } = await findDeployment(db, scene.key, 'production-1');
  const supply = supplySecrets(parts);
  expect(await supply(preparation)).toEqual({
    values: { 'secret://local/api#token@1': 'first value' },
    unseen: ['first value'],
  });
  expect(await substitutions(scene)).toEqual([]);

  await set(scene, 'second value');
  expect(await supply(preparation)).toEqual({
    values: { 'secret://local/api#token@1': 'first value' },
    unseen: ['first value', 'second value'],
  });
  await revoke(scene, 'api#token@1');
  expect((await supply(preparation)).values).toEqual({ 'secret://local/api#token@1': 'second value' });
  expect(await substitutions(scene)).toEqual([
    {
      subject: 'production-1',
      detail: { revoked: 'secret://local/api#token@1', used: 'secret://local/api#token@2' },
    },
  ]);
  await revoke(scene, 'api#token@2');
  await expect(supply(preparation)).rejects.toMatchObject({ code: 'secret_revoked' });
});

test('the same release with the former version of a secret is something to go back to', async () => {
  const scene = stage.scene([{ name: 'production', env }]);
  await set(scene, 'first value');
  const first = await scene.ship({ commit: 'c'.repeat(40) });
  await scene.untilState(first.id, 'succeeded');
  await set(scene, 'second value');
  const second = await scene.ship({ commit: 'c'.repeat(40) });
  await scene.untilState(second.id, 'succeeded');
  const choice = await chooseRollback(scene.bed.parts, {
    integration: scene.key,
    environment: 'production',
    to: null,
  });
  expect(choice.target?.id).toBe('production-1');
});

test('two people who set a secret at once get two versions', async () => {
  const scene = stage.scene([{ name: 'production', env }]);
  const rows = await Promise.all(
    ['first value', 'second value', 'third value'].map((value) => set(scene, value)),
  );
  expect(rows.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3]);
});

test('the database itself refuses to change a version, but to revoke it', async () => {
  const scene = stage.scene([{ name: 'production', env }]);
  await set(scene, 'first value');
  const { db } = scene.bed.parts.database;
  const change = (own: object) =>
    db.updateTable('app.secret').set(own).where('integration', '=', scene.key).execute();
  await expect(change({ sealed: Buffer.from('other') })).rejects.toThrow(/never changed/);
  await expect(change({ revoked_at: new Date(), identity: 'nobody' })).rejects.toThrow(/never changed/);
  await revoke(scene, 'api#token@1');
  await expect(change({ revoked_at: null })).rejects.toThrow(/never changed/);
});

const watch = { seconds: 1, minRequests: 1, probePath: '/', errorRate: null, p95Ms: null };

async function set({ key, bed }: Scene, value: string) {
  const name = { path: 'api', key: 'token', version: null };
  return await setSecret(bed.parts, { integration: key, name, by, value });
}

async function revoke({ key, bed }: Scene, name: string): Promise<void> {
  const parsed = parseSecretName(name);
  if (parsed === null) throw new Error(`${name} is no name`);
  await revokeSecret(bed.parts, { integration: key, name: parsed, by, reason: 'in a chat' });
}

function tokenOf({ key, bed }: Scene, deployment: string): string | undefined {
  const found = bed.places.deploymentsOf(key).find((each) => each.deployment === deployment);
  return found?.preparation.components[0]?.shape.env['TOKEN'];
}

async function substitutions({ key, bed }: Scene): Promise<readonly object[]> {
  return await bed.parts.database.db
    .selectFrom('app.audit')
    .select(['subject', 'detail'])
    .where('integration', '=', key)
    .where('action', '=', 'secret substituted')
    .execute();
}
