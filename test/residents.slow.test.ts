import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { PruneView } from '../src/api/views/housekeeping.ts';
import type { StageRecord } from '../src/core/pipeline/run.ts';
import { deploymentFolder } from '../src/targets/supervised/layout.ts';
import { livingSupervisor } from '../src/targets/supervised/supervisor-record.ts';
import { homeOfThisFile } from './harness/deployer-home.ts';
import { helloProgram, helloSpec } from './harness/hello.ts';
import { type Changes, openProject, type Project } from './harness/project.ts';
import { until, untilTrue } from './harness/until.ts';
import { type Address, ask } from './harness/users.ts';

const home = await homeOfThisFile();

/** A web component that writes into, and reads from, what exists once in its environment. */
const web = (says: string): string => `import { createServer } from 'node:http';
createServer(async (request, response) => {
  if (request.url === '/') return response.end('up');
  const answer = await fetch(process.env.STORE_URL + request.url).catch((error) => error);
  const text = answer instanceof Error ? answer.message : await answer.text();
  response.end(JSON.stringify({ web: ${JSON.stringify(says)}, url: process.env.STORE_URL, store: text }));
}).listen(Number(process.env.PORT), process.env.HOST);
`;

/** What `web` says, with what the store told it. */
interface Asked {
  readonly web: string;
  readonly url: string;
  readonly store: { readonly says: string; readonly pid: number; readonly lines: readonly string[] };
}

async function asked(place: Address, path: string): Promise<Asked> {
  const { text } = await ask(place, path);
  const { store: told, ...answer } = JSON.parse(text) as Omit<Asked, 'store'> & { readonly store: string };
  return { ...answer, store: JSON.parse(told) as Asked['store'] };
}

interface StoreNature {
  readonly breaks?: boolean;
  /** A file without which it does not start. */
  readonly needs?: string | null;
}

/** Appends to a file in DATA_DIR with `/add/<line>`, and tells what is in it. */
const store = (
  says: string,
  { breaks = false, needs = null }: StoreNature = {},
): string => `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const file = process.env.DATA_DIR + '/lines';
${needs === null ? '' : `if (!existsSync(${JSON.stringify(needs)})) process.exit(1);`}
${breaks ? `console.log('no licence'); process.exit(1);` : ''}
createServer((request, response) => {
  if (request.url.startsWith('/add/')) appendFileSync(file, request.url.slice(5) + '\\n');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\\n') : [];
  response.end(JSON.stringify({ says: ${JSON.stringify(says)}, pid: process.pid, lines }));
}).listen(Number(process.env.PORT), process.env.HOST);
`;

const production = { production: { approval: { none: 'a test' } } };

function version(
  key: string,
  says: StoreNature & { web: string; store: string },
  environments = production,
): Changes {
  const spec = helloSpec(environments);
  return {
    'deployer.yaml': {
      ...spec,
      integration: { key },
      components: {
        web: { ...spec.components.web, needs: ['store'] },
        store: {
          role: 'service',
          path: 'store',
          run: 'node main.mjs',
          port: 8080,
          scope: 'environment',
          health: { seconds: 5 },
        },
      },
    },
    'web/main.mjs': web(says.web),
    'store/main.mjs': store(says.store, says),
  };
}

test('what exists once per environment outlives deployments: one process, one address, its data, over switch and rollback', async () => {
  const desk = openProject(home, 'once');
  desk.commit(version('once', { web: 'one', store: 'first' }));
  expect(await desk.ship()).toMatchObject({ code: 0 });
  const place = await desk.environment('production');
  const before = await asked(place, '/add/a');
  expect(before).toMatchObject({ web: 'one', store: { says: 'first', lines: ['a'] } });
  desk.commit(version('once', { web: 'two', store: 'first' }));
  const { run } = await desk.ship();
  expect((await desk.view(run)).stages.find(({ name }) => name === 'residents')).toMatchObject({
    state: 'passed',
    reason: 'store stays as it is',
  });
  const { pid, url } = { ...before.store, url: before.url };
  expect(await asked(place, '/add/b')).toMatchObject({ web: 'two', url, store: { pid, lines: ['a', 'b'] } });
  await desk.rollback('production');
  expect(await asked(place, '/lines')).toMatchObject({ web: 'one', url, store: { pid, lines: ['a', 'b'] } });
  expect(await readdir(join(home.home.root, 'environments/once/production/data'))).toEqual([
    'production-store',
  ]);
}, 120_000);

test('it is changed in place when it changes itself, and the former one comes back when the new one does not get ready', async () => {
  const desk = openProject(home, 'changed');
  desk.commit(version('changed', { web: 'one', store: 'first' }));
  await desk.ship();
  const place = await desk.environment('production');
  const first = await asked(place, '/add/a');
  desk.commit(version('changed', { web: 'one', store: 'second' }));
  const { run, result } = await desk.ship();
  expect(result.state).toBe('succeeded');
  expect(await stageOf(desk, run)).toMatchObject({ reason: 'store was changed in place' });
  const second = await asked(place, '/add/b');
  expect(second).toMatchObject({ url: first.url, store: { says: 'second', lines: ['a', 'b'] } });
  await desk.rollback('production');
  expect(await asked(place, '/lines')).toMatchObject({ url: first.url, store: second.store });

  desk.commit(version('changed', { web: 'three', store: 'third', breaks: true }));
  const broken = await desk.ship();
  expect(broken).toMatchObject({ code: 1, result: { state: 'failed' } });
  expect(await stageOf(desk, broken.run)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('store in production-store did not become ready'),
  });
  const { live, residents, trouble } = await desk.environment('production');
  expect(live).toMatchObject({ deployment: 'production-1' });
  expect(residents).toMatchObject([{ component: 'store', changing: null, url: first.url, isUsed: true }]);
  expect(trouble).toEqual([]);
  expect(await asked(place, '/lines')).toMatchObject({ store: { says: 'second', lines: ['a', 'b'] } });
  const logs = await desk.run(['logs', 'production', 'store']);
  expect(logs.out).toContain('no licence');
  const named = await desk.run(['logs', 'production', 'store', '--deployment', 'production-1']);
  expect(named).toMatchObject({ code: 2, err: expect.stringContaining('not part of production-1') });
  expect(named.err).toContain('deployer logs production store');
}, 180_000);

test('one that cannot be put back at first, as it does not start either, is tried again until it does', async () => {
  const needs = join(home.scratch, 'licence');
  await writeFile(needs, '');
  const desk = openProject(home, 'stuck');
  desk.commit(version('stuck', { web: 'one', store: 'first', needs }));
  await desk.ship();
  const place = await desk.environment('production');
  const before = await asked(place, '/add/a');
  await rm(needs);
  desk.commit(version('stuck', { web: 'one', store: 'second', needs }));
  const { result } = await desk.ship();
  expect(result).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('store is not put back yet'),
  });
  const { residents } = await desk.environment('production');
  expect(residents).toMatchObject([{ component: 'store', changing: expect.anything() }]);
  await untilTrue('it to be said', async () =>
    (await desk.environment('production')).trouble.some((line) => line.includes('being put back')),
  );
  await writeFile(needs, '');
  const after = await untilAnother(place, before);
  expect(after).toMatchObject({ url: before.url, store: { says: 'first', lines: ['a'] } });
  await untilTrue('it to be settled', async () => {
    const now = await desk.environment('production');
    // That it has restarted often is said for some time.
    const isSaid = now.trouble.some((line) => line.includes('being put back'));
    return !isSaid && now.residents[0]?.changing === null;
  });
}, 180_000);

test('whatever ends of it comes back with its data: the component, its supervisor, everything at once', async () => {
  const desk = openProject(home, 'back');
  desk.commit(version('back', { web: 'one', store: 'first' }));
  await desk.ship();
  const place = await desk.environment('production');
  const before = await asked(place, '/add/a');
  process.kill(before.store.pid, 'SIGKILL');
  const restarted = await untilAnother(place, before);
  const ref = { integration: 'back', environment: 'production', deployment: 'production-store' };
  const supervisor = await livingSupervisor(deploymentFolder(home.home.root, ref));
  process.kill(supervisor?.pid ?? 0, 'SIGKILL');
  const restored = await untilAnother(place, restarted);
  expect(restored).toMatchObject({ url: before.url, store: { lines: ['a'] } });

  const stopped = await desk.run(['stop', '--all']);
  expect(stopped.out).toContain('back/production-store');
  await desk.environment('production');
  const again = await untilAnother(place, restored);
  expect(again).toMatchObject({ url: before.url, store: { says: 'first', lines: ['a'] } });
}, 180_000);

test('one that is not part of what is live any more stays with its data, and is shown as such', async () => {
  const desk = openProject(home, 'left');
  desk.commit(version('left', { web: 'one', store: 'first' }));
  await desk.ship();
  const place = await desk.environment('production');
  const before = await asked(place, '/add/a');
  desk.commit({ 'deployer.yaml': { ...helloSpec(production), integration: { key: 'left' } } });
  const { run } = await desk.ship();
  expect(await stageOf(desk, run)).toBeUndefined();
  const { residents } = await desk.environment('production');
  expect(residents).toMatchObject([{ component: 'store', isUsed: false }]);
  expect((await desk.run(['status'])).out).toContain('not part of what is live; its data are kept');
  await desk.rollback('production');
  expect(await asked(place, '/lines')).toMatchObject({ url: before.url, store: before.store });
}, 180_000);

test('it ends for good with the last release that has it, when that is pruned; its data wait for one that has it again', async () => {
  const soon = { production: { ...production.production, keepPrevious: '1s' } };
  const desk = openProject(home, 'ended');
  desk.commit(version('ended', { web: 'one', store: 'first' }, soon));
  await desk.ship();
  const place = await desk.environment('production');
  const before = await asked(place, '/add/a');
  const withoutStore = async (says: string): Promise<void> => {
    desk.commit({
      'deployer.yaml': { ...helloSpec(soon), integration: { key: 'ended' } },
      'web/main.mjs': helloProgram({ says }),
    });
    expect(await desk.ship()).toMatchObject({ code: 0 });
    await untilTrue('the former to retire', async () => {
      return (await desk.environment('production')).deployments.length === 1;
    });
  };
  await writeFile(
    home.home.retention,
    JSON.stringify({ releasesKept: 1, releaseDays: 0, rollbacksKept: 1, logDays: 0 }),
  );
  await withoutStore('two');
  // A rollback returns to what needs it.
  expect(await desk.read<PruneView>('prune')).toMatchObject({ releases: [], residents: [] });
  expect((await desk.environment('production')).residents).toMatchObject([{ state: 'ready' }]);

  await withoutStore('three');
  const ended = { integration: 'ended', environment: 'production', component: 'store' };
  expect(await desk.read<PruneView>('prune', '--dry-run')).toMatchObject({ residents: [ended] });
  expect(await desk.read<PruneView>('prune')).toMatchObject({ residents: [ended], problems: [] });
  await expect(fetch(before.url)).rejects.toThrow();
  expect(await desk.environment('production')).toMatchObject({ residents: [] });
  // Whoever looked while it was ending took it for lost; nobody brings it back.
  await untilTrue('all to be as decided', async () => {
    return (await desk.environment('production')).trouble.length === 0;
  });
  await expect(fetch(before.url)).rejects.toThrow();
  expect(await desk.read<PruneView>('prune')).toMatchObject({ residents: [] });

  desk.commit(version('ended', { web: 'four', store: 'second' }, soon));
  await desk.ship();
  expect(await asked(place, '/lines')).toMatchObject({ url: before.url, store: { lines: ['a'] } });
}, 180_000);

async function stageOf(desk: Project, run: string): Promise<StageRecord | undefined> {
  return (await desk.view(run)).stages.find(({ name }) => name === 'residents');
}

/** Until another process answers than before. */
async function untilAnother(place: Address, before: Asked): Promise<Asked> {
  return await until('the store to be back', async () => {
    const now = await asked(place, '/lines').catch(() => null);
    return now === null || now.store.pid === before.store.pid ? null : now;
  });
}
