import { afterAll, beforeAll, expect, test } from 'vitest';

import { type EngineStage, openEngineStage, type Scene } from '../../../test/harness/engine-scene.ts';
import { revokeSecret, setSecret } from '../../engine/acts/secret.ts';
import { decisionViews } from './decision-view.ts';

const by = { identity: 'ops@example.com', proven: false };
let stage: EngineStage;

beforeAll(async () => {
  stage = await openEngineStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

test('who approves sees which version of a secret changes, and what has happened to it since', async () => {
  const policy = { approval: { count: 1, approvers: [by.identity] } };
  const scene = stage.scene([{ name: 'production', policy, env: { TOKEN: 'secret://local/api#token' } }]);
  const { parts } = scene.bed;
  const commit = 'c'.repeat(40);
  const order = { integration: scene.key, by, name: { path: 'api', key: 'token', version: null } };
  await setSecret(parts, { ...order, value: 'first value' });
  const { id } = await scene.ship({ commit });
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');

  await setSecret(parts, { ...order, value: 'second value' });
  const again = await scene.ship({ commit });
  await scene.untilWaiting(again.id, 'approval');
  const { changes } = await decision(scene);
  expect(changes).toEqual([
    {
      path: 'configuration.components.web.env.TOKEN',
      from: 'secret://local/api#token@1',
      to: 'secret://local/api#token@2',
    },
  ]);
  expect((await decision(scene)).notices.join()).not.toContain('api#token');
  await setSecret(parts, { ...order, value: 'third value' });
  expect((await decision(scene)).notices).toContain(
    'Secret api#token@2 is not the newest version any more, which is @3.',
  );
  const second = { ...order, name: { ...order.name, version: '2' } };
  await revokeSecret(parts, { ...second, reason: 'in a chat' });
  const last = await decision(scene);
  expect(last.notices.join()).toContain('Secret api#token@2 was revoked since this was asked');
  expect(last.changes).toEqual(changes);
  expect(last.refusal).toBeNull();
  const [strangers] = await decisionViews(parts, scene.key, 'stranger@example.com');
  expect(strangers?.refusal?.reason).toMatch(/^stranger@example.com is not among the approvers/);
});

async function decision({ key, bed }: Scene) {
  const [view, ...others] = await decisionViews(bed.parts, key, 'ops@example.com');
  if (view === undefined || others.length > 0) throw new Error(`${key} does not wait for one decision`);
  return view;
}
