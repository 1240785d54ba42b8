import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';

import type { PruneView } from '../../src/api/views/housekeeping.ts';
import type { ReleasesView } from '../../src/api/views/releases.ts';
import { sha256 } from '../../src/lib/canonical-json.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, type Project, shipped } from '../harness/project.ts';
import { untilTrue } from '../harness/until.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const gates = await openGates(join(home.scratch, 'gates'));

/** Keeps as little as can be set. */
const least = { releasesKept: 1, releaseDays: 0, rollbacksKept: 1, logDays: 0 };
const settings = home.home.retention;
const blobs = join(home.home.artifacts, 'blobs', 'sha256');

function commit(project: Project, key: string, says: string): string {
  const spec = helloSpec({
    production: { approval: { none: 'a test' }, keepPrevious: '1s', gates: ['smoke'] },
  });
  return project.commit({
    'deployer.yaml': {
      ...spec,
      integration: { key },
      tests: { smoke: { run: gates.shell('smoke'), writes: false } },
    },
    [helloFile]: helloProgram({ says }),
  });
}

async function untilRetired(project: Project, ...gone: readonly string[]): Promise<void> {
  await untilTrue(`${gone.join(', ')} to retire`, async () => {
    const { deployments } = await project.environment('production');
    return deployments.every(({ deployment }) => !gone.includes(deployment));
  });
}

/** As if a day had passed since they were stored: what was stored just now may belong to a run. */
async function ageBlobs(): Promise<void> {
  const old = new Date(Date.now() - 2 * 24 * 3_600_000);
  for (const name of await readdir(blobs)) await utimes(join(blobs, name), old, old);
}

test('pruning keeps what runs and what a rollback returns to; what went says so', async () => {
  const hello = openProject(home, 'pruned');
  for (const says of ['one', 'two', 'three', 'four']) {
    commit(hello, 'pruned', says);
    expect((await hello.ship()).code).toBe(0);
  }
  await untilRetired(hello, 'production-1', 'production-2', 'production-3');
  await writeFile(settings, JSON.stringify(least));
  await ageBlobs();
  const left = join(home.home.workspaces, 'pruned-1');
  await mkdir(left, { recursive: true });

  const seen = await hello.read<PruneView>('prune', '--dry-run');
  const before = (await readdir(blobs)).length;
  const done = await hello.read<PruneView>('prune');
  expect({ ...seen, dryRun: false }).toEqual(done);
  expect(done.releases).toHaveLength(2);
  expect(done.deployments).toHaveLength(3);
  expect(done.workspaces).toEqual(['pruned-1']);
  expect(done.artifacts.blobs).toBe(4);
  expect(done.problems).toEqual([]);
  expect((await readdir(blobs)).length).toBe(before - 4);
  expect(await hello.read<PruneView>('prune')).toMatchObject({ summary: 'nothing to prune', commits: 0 });

  const { releases } = await hello.read<ReleasesView>('releases');
  expect(releases.map(({ prunedAt }) => prunedAt !== null)).toEqual([false, false, true, true]);
  const oldest = releases.at(-1);
  expect(await hello.refused(['ship', '--release', oldest?.version ?? ''])).toMatchObject({
    exit: 1,
    code: 'release_pruned',
  });
  expect(await hello.refused(['ship', '--commit', oldest?.commit ?? ''])).toMatchObject({
    code: 'release_pruned',
  });
  const back = await hello.refused(['rollback', 'production', '--to', 'production-1']);
  expect(back).toMatchObject({ code: 'rollback_not_ready' });
  expect(back.message).toContain('pruned');
  const run = await hello.view('pruned-1');
  expect(run.stages.length).toBeGreaterThan(0);

  const rolled = await hello.rollback('production');
  expect(rolled.restored.release).toBe(releases[1]?.release);
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'three' });
});

test('an open run keeps its release, its workspace and its lines, whatever the policy says', async () => {
  const hello = openProject(home, 'open');
  await writeFile(settings, JSON.stringify(least));
  commit(hello, 'open', 'one');
  await hello.ship();
  await gates.close('smoke');
  commit(hello, 'open', 'two');
  const shipping = hello.start(['ship', '--json']);
  await gates.reached('smoke');
  await ageBlobs();
  await hello.read<PruneView>('prune');
  expect(await readdir(home.home.workspaces)).toContain('open-2');
  await gates.open('smoke');
  expect(await shipped(shipping)).toMatchObject({ code: 0 });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'two' });
});

test('artifacts that a run has stored and no release names yet stay, however old a clock that was set makes them', async () => {
  const hello = openProject(home, 'packing');
  const spec = helloSpec({ production: { approval: { none: 'a test' } } });
  const built = { ...spec.components.web, build: gates.shell('build') };
  hello.commit({
    'deployer.yaml': { ...spec, integration: { key: 'packing' }, components: { web: built } },
    [helloFile]: helloProgram({ says: 'one' }),
  });
  await gates.close('build');
  const shipping = shipped(hello.start(['ship', '--json']));
  await gates.reached('build');
  const stored = join(blobs, sha256('of a run').slice('sha256:'.length));
  await writeFile(stored, 'of a run');
  await ageBlobs();
  expect((await hello.read<PruneView>('prune')).artifacts.blobs).toBe(0);
  await gates.open('build');
  expect(await shipping).toMatchObject({ code: 0 });
  expect((await hello.read<PruneView>('prune')).artifacts.blobs).toBeGreaterThan(0);
  expect(await readdir(blobs)).not.toContain(basename(stored));
});

test('of what has ended the engine keeps nothing; kill -9 in the middle of that leaves it whole or gone', async () => {
  const hello = openProject(home, 'engine');
  for (const says of ['one', 'two']) {
    commit(hello, 'engine', says);
    const { code, out, err } = await hello.ship();
    expect(code, out + err).toBe(0);
  }
  await hello.rollback('production');
  await writeFile(settings, JSON.stringify({ logDays: 0 }));
  const url = await home.databaseUrl();
  const [client, other] = await Promise.all(
    Array.from({ length: 2 }, async () => {
      const each = new Client({ connectionString: url });
      await each.connect();
      return each;
    }),
  );
  if (client === undefined || other === undefined) throw new Error('no connection');
  await using _closed = {
    [Symbol.asyncDispose]: async () => void (await Promise.all([client.end(), other.end()])),
  };
  const rowsOf = async (table: string): Promise<number> => {
    const { rowCount } = await client.query(
      `select 1 from dbos.${table} where workflow_uuid like 'engine-%' or workflow_uuid like 'rollback/engine/%'`,
    );
    return rowCount ?? 0;
  };
  const counts = async () => ({
    workflows: await rowsOf('workflow_status'),
    inputs: await rowsOf('workflow_input'),
    outputs: await rowsOf('workflow_output'),
    steps: await rowsOf('operation_outputs'),
  });
  const twoDays = 2 * 24 * 3_600_000;
  await client.query('update dbos.workflow_status set completed_at = completed_at - $1::bigint', [twoDays]);
  await client.query(`update app.run set ended_at = ended_at - interval '2 days'`);
  const before = await counts();
  expect(before).toMatchObject({ workflows: 3, inputs: 3 });
  expect(before.steps).toBeGreaterThan(20);

  await other.query('begin');
  await other.query(`select 1 from dbos.workflow_status where workflow_uuid = 'engine-2/1' for update`);
  const pruning = hello.start(['prune', '--json']);
  await untilTrue('the engine to be in the middle of it', async () => {
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'delete from %workflow_status%'`;
    return ((await client.query(waiting)).rowCount ?? 0) > 0;
  });
  await home.killServer();
  expect((await pruning.ended).code).not.toBe(0);
  await other.query('rollback');
  expect([before, { workflows: 0, inputs: 0, outputs: 0, steps: 0 }]).toContainEqual(await counts());

  await hello.read<PruneView>('prune');
  expect(await counts()).toEqual({ workflows: 0, inputs: 0, outputs: 0, steps: 0 });
  expect((await hello.view('engine-1')).state).toBe('succeeded');
  commit(hello, 'engine', 'three');
  expect((await hello.ship()).code).toBe(0);
  await hello.rollback('production');
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'one' });
});

test('a policy that does not say what it means is refused with the field, and nothing goes', async () => {
  const hello = openProject(home, 'refused');
  await writeFile(settings, '{ "releasesKept": "all" }');
  expect(await hello.refused(['prune'])).toMatchObject({
    exit: 2,
    code: 'retention_invalid',
    path: 'releasesKept',
  });
});
