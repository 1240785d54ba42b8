import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import type { RollbackView } from '../src/api/views/rollback.ts';
import type { RunView } from '../src/api/views/runs.ts';
import type { StatusView } from '../src/api/views/status.ts';
import { type Ran, thisBuild } from './harness/command-line.ts';
import { startTestPostgres } from './harness/database.ts';
import { homeOfThisFile } from './harness/deployer-home.ts';
import { openGates } from './harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { laterBuild } from './harness/later-build.ts';
import { openProject } from './harness/project.ts';
import { until, untilTrue } from './harness/until.ts';
import { ask } from './harness/users.ts';
import { workersAt } from './harness/workers-at.ts';

/**
 * Two builds on one PostgreSQL: `this` is the tree as it is, `later` a copy of it with another version and one
 * migration more. The home `here` begins with this build and goes over to the later one; `there` has it from the start.
 */
const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string;
};
const later = await laterBuild();
afterAll(() => later[Symbol.asyncDispose]());
const postgres = await startTestPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());
const shared = { DEPLOYER_DATABASE_URL: await postgres.createDatabase() };
const here = await homeOfThisFile(shared, later.entry);
const there = await homeOfThisFile(shared, later.entry);
const gates = await openGates(join(here.scratch, 'gates'));
const hello = openProject(here, 'hello');
const old = { entry: thisBuild };

/** The last line of a command that must succeed. */
function answerOf({ code, out, err }: Ran): unknown {
  if (code !== 0) throw new Error(`it ended with ${code}: ${out}${err}`);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
}

async function readOld<T>(...args: readonly string[]): Promise<T> {
  return answerOf(await hello.run([...args, '--json'], old)) as T;
}

async function readThere<T>(...args: readonly string[]): Promise<T> {
  return answerOf(await there.run([...args, '--integration', 'hello', '--json'])) as T;
}

async function versionsAtWork(): Promise<readonly string[]> {
  const { workers } = await workersAt(there);
  return workers.filter(({ living }) => living).map((worker) => worker.version);
}

/** Ships with this build, and returns when the suite has come to its gate. */
async function shipToTheGate(says: string): Promise<string> {
  hello.commit({
    'deployer.yaml': {
      ...helloSpec({ production: { approval: { none: 'a test' }, gates: ['smoke'] } }),
      tests: { smoke: { run: gates.shell('smoke'), writes: false } },
    },
    [helloFile]: helloProgram({ says }),
  });
  await gates.close('smoke');
  const { run } = await readOld<{ run: string }>('ship', '--detach');
  await gates.reached('smoke');
  return run;
}

test('a run in flight ends with the build that began it, after a later one has changed the database and serves beside it', async () => {
  const run = await shipToTheGate('one');
  const { environments } = await readThere<StatusView>('status');
  expect(environments[0]?.candidate).toMatchObject({ deployment: 'production-1' });
  expect((await versionsAtWork()).toSorted()).toEqual([version, later.version].toSorted());
  await gates.open('smoke');
  await untilTrue(
    'the run to succeed',
    async () => (await readOld<RunView>('run', run)).state === 'succeeded',
  );
  expect(await readThere<RunView>('run', run)).toMatchObject({ state: 'succeeded' });
  expect(await gates.visits('smoke')).toBe(1);
});

test('killed with -9, this build may not come back to that database, and says which one may; what it left waits and says for what', async () => {
  const run = await shipToTheGate('two');
  await here.killServer();
  const names = [`Deployer ${later.version}`, version, later.migration];
  for (const args of [['status'], ['ship'], ['worker']]) {
    const { code, out, err } = await hello.run([...args, '--json'], old);
    expect(code, out + err).toBe(1);
    for (const name of names) expect(out + err).toContain(name);
    expect(out + err).toContain('database_newer');
  }
  const waiting = await until('the run to say what it waits for', async () => {
    return (await readThere<RunView>('run', run)).waiting;
  });
  expect(waiting).toMatchObject({ kind: 'capacity', next: expect.stringContaining('deployer worker') });
});

test('the later build on that home takes up what was in flight, once, and goes back to what the former one has made', async () => {
  const run = 'hello-2';
  await gates.open('smoke');
  await untilTrue('the run to succeed', async () => {
    const { state, reason } = await hello.view(run);
    if (state === 'failed') throw new Error(reason ?? 'it failed');
    return state === 'succeeded';
  });
  expect(await gates.visits('smoke')).toBe(2);
  const { live, deployments } = await hello.environment('production');
  expect(live?.deployment).toBe('production-2');
  expect(deployments.map(({ deployment }) => deployment)).toEqual(['production-2', 'production-1']);
  expect((await ask(await hello.environment('production'))).text).toBe('two');
  const back = await hello.read<RollbackView>('rollback', 'production');
  expect(back).toMatchObject({ from: 'production-2', to: 'production-1' });
  expect((await ask(await hello.environment('production'))).text).toBe('one');
});
