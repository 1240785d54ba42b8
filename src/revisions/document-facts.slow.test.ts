import { afterAll, expect, test } from 'vitest';

import { openEngineStage, type Scene } from '../../test/harness/engine-scene.ts';
import type { EdgeRef } from '../core/switching/edge.ts';
import type { DocumentFacts } from '../core/document/facts.ts';
import { emptyRedactor } from '../core/secrets/redaction.ts';
import { damagedArtifacts } from '../engine/acts/rollback.ts';
import { newestRelease } from '../store/releases.ts';
import { insertWaiver } from '../store/waivers.ts';
import { documentFacts } from './document-facts.ts';

const stage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());

/** The facts of a document, with something that happens right before an edge is looked at. */
async function factsWhile(
  scene: Scene,
  happens: (edge: EdgeRef) => Promise<unknown>,
): Promise<DocumentFacts> {
  const { parts } = scene.bed;
  const edges: typeof parts.edges = {
    ...parts.edges,
    async observe(ref, signal) {
      await happens(ref);
      return await parts.edges.observe(ref, signal);
    },
  };
  const asked = { integration: scene.key, redactor: emptyRedactor };
  return await documentFacts({ ...parts, edges }, asked, AbortSignal.timeout(60_000));
}

async function shipped(scene: Scene): Promise<void> {
  const { id } = await scene.ship();
  await scene.untilState(id, 'succeeded');
}

test('a change that comes while a place is looked at is no drift', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  await shipped(scene);
  await shipped(scene);
  let moving: Promise<unknown> | null = null;
  const facts = await factsWhile(scene, async () => await (moving ??= scene.rollback('dev')));
  expect(await scene.stable('dev')).toBe('dev-1');
  expect(facts.environments.map(({ drift }) => drift)).toEqual([[]]);
  expect(facts.drifts).toEqual([]);
  expect(facts.checklist.drift).toEqual({});
  const cells = facts.checklist.items.flatMap((row) => Object.values(row.cells));
  expect(cells.filter(({ status }) => status === 'failed')).toEqual([]);
});

test('each place is looked at once for a document, so its sections speak of one moment', async () => {
  const scene = stage.scene([{ name: 'dev' }, { name: 'production' }]);
  await shipped(scene);
  const looked: string[] = [];
  await factsWhile(scene, async ({ environment }) => looked.push(environment));
  expect(looked.toSorted()).toEqual(['dev', 'production']);
});

test('a release that is made while a document is written is for the next one: its sections speak of one release', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  await shipped(scene);
  const { parts } = scene.bed;
  let next: Promise<void> | null = null;
  // The files of the newest release are read, and nothing is looked at yet.
  const commits: typeof parts.commits = {
    ...parts.commits,
    async has(ref, signal) {
      await (next ??= shipped(scene));
      return await parts.commits.has(ref, signal);
    },
  };
  const facts = await documentFacts(
    { ...parts, commits },
    { integration: scene.key, redactor: emptyRedactor },
    AbortSignal.timeout(60_000),
  );
  expect(next).not.toBeNull();
  expect(facts.basis).toMatchObject({ kind: 'release', release: facts.checklist.release });
});

test('a look at the files of a way back ends with the document that asked for it, and calls none of them damaged', async () => {
  const scene = stage.scene([{ name: 'dev' }]);
  await shipped(scene);
  const { parts } = scene.bed;
  const [row] = await scene.bed.parts.database.db
    .selectFrom('app.deployment')
    .selectAll()
    .where('integration', '=', scene.key)
    .execute();
  if (row === undefined) throw new Error('nothing was deployed');
  const artifacts: typeof parts.artifacts = {
    ...parts.artifacts,
    verify: (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
  const asked = damagedArtifacts({ ...parts, artifacts }, row, AbortSignal.timeout(20));
  await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('waivers of what is live are known once a newer release has come elsewhere, those of nothing live are not', async () => {
  const scene = stage.scene([{ name: 'dev' }, { name: 'production' }]);
  await shipped(scene);
  const { parts } = scene.bed;
  const { db } = parts.database;
  const former = await newestRelease(db, scene.key);
  await scene.untilState((await scene.ship({ to: 'dev' })).id, 'succeeded');
  if (former === null) throw new Error('nothing was released');
  const given = { owner: 'ops', reason: 'the audit is booked', identity: 'ops', proven: false };
  const until = new Date(parts.clock.now() - 1000);
  for (const environment of ['dev', 'production'])
    await insertWaiver(db, {
      ...given,
      integration: scene.key,
      release: former.id,
      subject: 'compliance-checks',
      environment,
      until,
      at: until,
    });
  const asked = { integration: scene.key, redactor: emptyRedactor };
  const { liveWaivers } = await documentFacts(parts, asked, AbortSignal.timeout(60_000));
  expect(liveWaivers).toMatchObject([
    { environment: 'production', release: former.id, version: former.version, isExpired: true },
  ]);
});
