import { pino } from 'pino';
import { afterAll, expect, onTestFinished, test } from 'vitest';

import { definitionOf } from '../../../test/harness/definition.ts';
import { openEngineStage, type Scene } from '../../../test/harness/engine-scene.ts';
import { commitOf } from '../../../test/harness/stored-release.ts';
import { untilTrue } from '../../../test/harness/until.ts';
import type { Database } from '../../store/database.ts';
import { listRuns } from '../../store/runs.ts';
import { newestTips } from '../../store/tracked-tips.ts';
import { trackerOf, type TrackerRow } from '../../store/trackers.ts';
import { hold } from '../acts/hold.ts';
import { track, untrack } from '../acts/track.ts';
import { type Tracking, tracking } from './tracking.ts';
import type { TrackingTools } from './tracking-tools.ts';

const stage = await openEngineStage();
afterAll(() => stage[Symbol.asyncDispose]());

const { signal } = new AbortController();
const logger = pino({ level: 'silent' });
const by = { identity: 'me@example.com', proven: false };

/** A tracked branch whose tip a test moves. */
interface Branch {
  readonly scene: Scene;
  tip: string | null;
  /** How often it was looked at. */
  looks: number;
  tools(own?: Partial<TrackingTools>): TrackingTools;
  server(own?: Partial<TrackingTools>): Tracking;
  /** Commits of its runs, newest first. */
  runs(): Promise<readonly string[]>;
  tips(): Promise<readonly object[]>;
  row(): Promise<TrackerRow | null>;
}

const environments = [{ name: 'dev' }, { name: 'production' }];

/** Tracked until the test has finished, from a commit that is not shipped. */
async function tracked(): Promise<Branch> {
  const scene = stage.scene(environments);
  const { parts } = stage.bed;
  const { db } = parts.database;
  const { key: integration } = scene;
  const definition = definitionOf(integration, environments);
  const branch: Branch = {
    scene,
    tip: commitOf('0'),
    looks: 0,
    tools: (own = {}) => ({
      parts,
      branches: {
        tip: () => {
          branch.looks += 1;
          return Promise.resolve(branch.tip);
        },
        bring: (_, { tip }) => Promise.resolve(tip),
        path: () => Promise.resolve({ isAhead: true, commits: 1 }),
      },
      readOrder: ({ commit, branch: from, env }) =>
        Promise.resolve({ definition, commit, authors: [], branch: from, to: null, note: null, env }),
      isShared: false,
      ...own,
    }),
    server: (own) => tracking(branch.tools(own), logger),
    runs: async () => (await listRuns(db, integration, null)).rows.map(({ commit }) => commit),
    tips: async () =>
      (await newestTips(db, integration, 10)).map(({ commit, outcome }) => ({ commit, outcome })),
    row: () => trackerOf(db, integration),
  };
  const place = { repository: '/nowhere', folder: '.', remote: null, branch: 'main', env: {} };
  await track(branch.tools(), { integration, ...place, polls: true, by }, signal);
  branch.looks = 0;
  onTestFinished(async () => {
    if ((await branch.row()) !== null) await untrack(branch.tools(), { integration, by });
  });
  return branch;
}

test('servers that look at the same time ship a commit once', async () => {
  const branch = await tracked();
  branch.tip = commitOf('1');
  const servers = [branch.server(), branch.server(), branch.server()];
  const found = await Promise.all(servers.map((server) => server.lookNow(branch.scene.key, signal)));
  expect(found.filter((tip) => tip !== null)).toMatchObject([
    { outcome: 'shipped', run: `${branch.scene.key}-1` },
  ]);
  expect(await branch.runs()).toEqual([commitOf('1')]);
  expect(await branch.tips()).toEqual([{ commit: commitOf('1'), outcome: 'shipped' }]);
});

test('what ends before all of it is committed leaves neither run nor record, and the next look ships', async () => {
  const branch = await tracked();
  branch.tip = commitOf('2');
  const { database } = stage.bed.parts;
  const broken: Database = {
    ...database,
    transaction: (work) =>
      database.transaction(async (transaction) => {
        const result = await work(transaction);
        const tips = await newestTips(transaction.db, branch.scene.key, 1);
        if (tips.length > 0) throw new Error('the connection is lost');
        return result;
      }),
  };
  const server = branch.server({ parts: { ...stage.bed.parts, database: broken } });
  await expect(server.lookNow(branch.scene.key, signal)).rejects.toThrow('the connection is lost');
  expect(await branch.runs()).toEqual([]);
  expect(await branch.tips()).toEqual([]);
  const trouble = { failures: 1, hint: 'deployer doctor' };
  expect(await branch.row()).toMatchObject({ cursor: commitOf('0'), trouble });
  expect(await branch.server().lookNow(branch.scene.key, signal)).toMatchObject({ outcome: 'shipped' });
  expect((await branch.row())?.trouble).toBeNull();
  expect(await branch.runs()).toEqual([commitOf('2')]);
});

test('a branch that is not tracked any more when its commit was read is not shipped', async () => {
  const branch = await tracked();
  branch.tip = commitOf('3');
  const tools = branch.tools();
  const server = branch.server({
    readOrder: async (asked) => {
      await untrack(tools, { integration: branch.scene.key, by });
      return await tools.readOrder(asked, signal);
    },
  });
  expect(await server.lookNow(branch.scene.key, signal)).toBeNull();
  expect(await branch.runs()).toEqual([]);
});

test('a commit whose release is on hold is refused with what to type, and the next one is shipped', async () => {
  const branch = await tracked();
  const { scene } = branch;
  const held = commitOf('4');
  const { id } = await scene.ship({ commit: held, to: 'dev' });
  const release = String((await scene.untilState(id, 'succeeded')).release);
  const order = { integration: scene.key, release, environment: null, reason: 'bad', by };
  await hold(stage.bed.parts, order);
  branch.tip = held;
  const refused = await branch.server().lookNow(scene.key, signal);
  expect(refused).toMatchObject({ outcome: 'refused', run: null });
  expect(refused?.hint).toContain('deployer unhold');
  expect(await branch.runs()).toEqual([held]);
  branch.tip = commitOf('5');
  expect(await branch.server().lookNow(scene.key, signal)).toMatchObject({ outcome: 'shipped', from: held });
});

test('a branch is looked at when it is due, less and less while that fails, and by its own host only', async () => {
  const branch = await tracked();
  const server = branch.server();
  const round = async (): Promise<number> => {
    await server.runOnce(signal);
    await server.settled();
    return branch.looks;
  };
  expect(await round()).toBe(1);
  expect(await round()).toBe(1);
  stage.bed.ahead(3000);
  branch.tip = null;
  expect(await round()).toBe(2);
  stage.bed.ahead(3000);
  expect(await round()).toBe(2);
  stage.bed.ahead(3000);
  expect(await round()).toBe(3);
  expect((await branch.row())?.trouble).toMatchObject({
    failures: 2,
    message: 'There is no branch main in /nowhere.',
  });
  const { parts } = stage.bed;
  const elsewhere = { ...parts.worker, host: { ...parts.worker.host, id: 'fedcba9876543210' } };
  // Of the same name: homes of one machine, or machines that are called alike.
  const other = branch.server({ parts: { ...parts, worker: elsewhere }, isShared: true });
  await other.runOnce(signal);
  await other.settled();
  expect(branch.looks).toBe(3);
  await expect(other.lookNow(branch.scene.key, signal)).rejects.toMatchObject({
    code: 'tracker_elsewhere',
    hint: expect.stringContaining(`DEPLOYER_HOME=${parts.worker.host.home}`),
  });
});

test('who asks while a look goes on is answered by one that began afterwards', async () => {
  const branch = await tracked();
  const held = Promise.withResolvers<void>();
  const tools = branch.tools();
  let isFirst = true;
  const server = branch.server({
    branches: {
      ...tools.branches,
      async tip(of, given) {
        const seen = await tools.branches.tip(of, given);
        if (isFirst) {
          isFirst = false;
          await held.promise;
        }
        return seen;
      },
    },
  });
  const slow = server.lookNow(branch.scene.key, signal);
  await untilTrue('the look to have seen the branch', () => !isFirst);
  branch.tip = commitOf('7');
  const asked = server.lookNow(branch.scene.key, signal);
  held.resolve();
  expect(await slow).toBeNull();
  expect(await asked).toMatchObject({ commit: commitOf('7'), outcome: 'shipped' });
});
