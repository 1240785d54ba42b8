import { afterAll, expect, test } from 'vitest';

import { type EngineStage, openEngineStage, type Scene } from '../../../test/harness/engine-scene.ts';
import type { StatusView } from '../../api/views/status.ts';
import { revokeSecret, setSecret } from '../../engine/acts/secret.ts';
import { statusView } from './status-view.ts';

const stage: EngineStage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());

test('reading the status starts no edge, changes none, and tells the address of one that is gone', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  const { parts, engine } = stage.bed;
  const change = (): never => {
    throw new Error('status changed an edge');
  };
  const edges = { ...parts.edges, ensure: change, put: change, stop: change };
  stage.bed.places.endEdge({ integration: scene.key, environment: 'dev' });
  const { health } = engine;
  const { environments } = await statusView({ parts: { ...parts, edges }, health, tracking }, scene.key);
  expect(environments).toMatchObject([{ name: 'dev', url: 'https://127.0.0.1:1', caFile: null }]);
});

test('a run is told while it waits for nobody: at which stage it is, of which environment', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  const arrived = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  scene.work.set('verify dev', async () => {
    arrived.resolve();
    await goOn.promise;
    return { verdict: 'pass', reason: 'seen', evidence: [] };
  });
  const { id } = await scene.ship();
  await arrived.promise;
  const at = { run: id, state: 'running', environment: 'dev', stage: 'verify', version: expect.any(String) };
  expect((await status(scene)).running).toEqual([{ ...at, since: expect.any(String) }]);
  goOn.resolve();
  await scene.untilState(id, 'succeeded');
  expect((await status(scene)).running).toEqual([]);
});

test('what users have is looked at: that nothing of it runs is said before anybody else notices', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  await scene.untilState((await scene.ship()).id, 'succeeded');
  const ref = { integration: scene.key, environment: 'dev', deployment: 'dev-1' };
  stage.bed.places.see(ref, () => Promise.resolve({ state: 'absent', reason: 'Nothing of it runs.' }));
  const { environments } = await status(scene);
  expect(environments[0]?.trouble[0]).toBe('dev-1: its supervisor is gone; users may get 502');
  stage.bed.places.see(ref, null);
});

test('a revoked secret is one notice, however many deployments run with it, and no trouble', async () => {
  const env = { TOKEN: 'secret://local/api#token' };
  const scene = stage.scene([
    { name: 'dev', env },
    { name: 'production', env },
  ]);
  const { parts } = stage.bed;
  const by = { identity: 'ops@example.com', proven: false };
  const name = { path: 'api', key: 'token', version: null };
  const of = { integration: scene.key, name, by };
  await setSecret(parts, { ...of, value: 'first value' });
  for (let at = 0; at < 2; at += 1) await scene.untilState((await scene.ship()).id, 'succeeded');
  await setSecret(parts, { ...of, value: 'second value' });
  await revokeSecret(parts, { ...of, name: { ...name, version: '1' }, reason: 'in a chat' });
  const { notices, environments } = await status(scene);
  expect(notices).toEqual([
    expect.stringMatching(
      /^Secret api#token@1 is revoked, and 4 deployments still run with it \(.*\): .* @2;/,
    ),
  ]);
  expect(environments.flatMap(({ trouble }) => trouble)).toEqual([]);
});

const tracking = { looks: () => null };

async function status({ key }: Scene): Promise<StatusView> {
  const { parts, engine } = stage.bed;
  return await statusView({ parts, health: engine.health, tracking }, key);
}
