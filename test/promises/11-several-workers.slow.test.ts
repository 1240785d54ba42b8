import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';

import type { RollbackView } from '../../src/api/views/rollback.ts';
import type { RunView } from '../../src/api/views/runs.ts';
import type { StatusView } from '../../src/api/views/status.ts';
import { withStable } from '../../src/core/switching/route-table.ts';
import { askEdge } from '../../src/edge/admin-client.ts';
import { edgeFolder, readEdgeRecord } from '../../src/edge/edge-record.ts';
import { identifyProcess, isRunning, signalProcess } from '../../src/lib/process-identity.ts';
import { openDatabase } from '../../src/store/database.ts';
import { findEnvironment, saveRoutes } from '../../src/store/environments.ts';
import type { Running } from '../harness/command-line.ts';
import { startTestPostgres } from '../harness/database.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { openGates } from '../harness/gates.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject, shipped } from '../harness/project.ts';
import { until, untilTrue } from '../harness/until.ts';
import { ask } from '../harness/users.ts';
import { workersAt } from '../harness/workers-at.ts';

/** Two hosts: two homes that share one PostgreSQL and nothing else. */
const postgres = await startTestPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());
const shared = { DEPLOYER_DATABASE_URL: await postgres.createDatabase() };
const here = await homeOfThisFile(shared);
const there = await homeOfThisFile(shared);
const gates = await openGates(join(here.scratch, 'gates'));
const hello = openProject(here, 'hello');
const spec = {
  ...helloSpec({ production: { approval: { none: 'a test' }, gates: ['smoke'] } }),
  tests: { smoke: { run: gates.shell('smoke'), writes: false } },
};

hello.commit({ 'deployer.yaml': spec, [helloFile]: helloProgram({ says: 'one' }) });
expect(await hello.ship()).toMatchObject({ code: 0 });
hello.commit({ [helloFile]: helloProgram({ says: 'two' }) });
expect(await hello.ship()).toMatchObject({ code: 0 });

beforeEach(() => gates.openAll());

/** A verb at the other host. */
async function read<T>(...args: readonly string[]): Promise<T> {
  const { code, out, err } = await there.run([...args, '--json']);
  if (code !== 0) throw new Error(`deployer ${args.join(' ')} ended with ${code}: ${out}${err}`);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as T;
}

/** Ships, and returns when the suite has come to its gate. */
async function shipToTheGate(says: string): Promise<string> {
  hello.commit({ [helloFile]: helloProgram({ says }) });
  await gates.close('smoke');
  // Whoever follows would start the server again that a test ends.
  const { run } = await hello.read<{ run: string }>('ship', '--detach');
  await gates.reached('smoke');
  return run;
}

async function untilSucceeded(run: string): Promise<void> {
  await untilTrue('the run to succeed', async () => {
    const { state, reason } = await read<RunView>('run', run, '--integration', 'hello');
    if (state === 'failed') throw new Error(reason ?? 'it failed');
    return state === 'succeeded';
  });
}

async function startWorker(): Promise<Running> {
  const worker = here.start(['worker']);
  await until('the worker to be known', async () =>
    (await workersAt(there)).workers.find(
      ({ kind, living, home }) => kind === 'worker' && living && home === here.home.root,
    ),
  );
  return worker;
}

test('at another host one sees what is here, and is told where to do what needs files', async () => {
  const { environments } = await read<StatusView>('status', '--integration', 'hello');
  expect(environments).toMatchObject([
    { live: { deployment: 'production-2' }, host: expect.stringContaining(here.home.root), trouble: [] },
  ]);
  const logs = await there.run(['logs', 'production', '--integration', 'hello', '--json']);
  expect(logs.code).toBe(1);
  expect(JSON.parse(logs.out.trimEnd())).toMatchObject({ error: { code: 'place_elsewhere' } });
  const elsewhere = openProject(there, 'hello');
  elsewhere.commit({ 'deployer.yaml': spec, [helloFile]: helloProgram() });
  expect(await elsewhere.refused(['ship', '--new-history'])).toMatchObject({
    exit: 1,
    code: 'place_elsewhere',
  });
  const { workers } = await workersAt(there);
  expect(
    workers
      .filter(({ living }) => living)
      .map(({ home }) => home)
      .toSorted(),
  ).toEqual([here.home.root, there.home.root].toSorted());
});

test('commits are not carried to another host: an existing release is shipped here, and who decides there is told so', async () => {
  const release = ['ship', '--release', '0.0.0-1', '--integration', 'hello', '--json'];
  const refused = await there.run(release);
  expect(JSON.parse(refused.out.trimEnd())).toMatchObject({
    error: {
      code: 'place_elsewhere',
      hint: expect.stringContaining(`DEPLOYER_HOME=${here.home.root} deployer ship`),
    },
  });

  const approver = { user: 'approver@example.com' };
  const careful = openProject(here, 'careful');
  const approval = { approvers: [approver.user] };
  const shipCareful = async (says: string): Promise<string> => {
    careful.commit({
      'deployer.yaml': { ...helloSpec({ production: { approval } }), integration: { key: 'careful' } },
      [helloFile]: helloProgram({ says }),
    });
    return (await careful.ship()).run;
  };
  const untilLive = (says: string): Promise<void> =>
    untilTrue(`${says} to be live`, async () => {
      const production = await careful.environment('production');
      return production.live !== null && (await ask(production)).text === says;
    });
  expect((await careful.run(['approve', await shipCareful('one')], approver)).code).toBe(0);
  await untilLive('one');
  const run = await shipCareful('two');
  const { code, out, err } = await there.run(['approve', run, '--integration', 'careful'], approver);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(`${out}${err}`.replaceAll(/\s+/g, ' ')).toContain(
    `is said only there (on ${hostname()}: DEPLOYER_HOME=${here.home.root} deployer approve ${run})`,
  );
  await untilLive('two');
});

test('a stale route table and a stale row of an environment are refused, and change nothing', async () => {
  const ref = { integration: 'hello', environment: 'production' };
  const edge = await readEdgeRecord(edgeFolder(here.home.root, ref));
  const database = openDatabase(shared.DEPLOYER_DATABASE_URL);
  try {
    if (edge === null) throw new Error('no edge');
    const row = await findEnvironment(database.db, 'hello', 'production');
    const { generation } = row.routes;
    // One that was written before, and one that another writer would have made of what it read before.
    for (const stale of [generation - 1, generation]) {
      const table = { ...withStable(row.routes, 'production-1'), generation: stale };
      const backends = { 'production-1': ['127.0.0.1:1'], 'production-2': ['127.0.0.1:1'] };
      const put = askEdge(
        edge,
        { method: 'PUT', path: '/routes', body: { table, backends } },
        AbortSignal.timeout(15_000),
      );
      await expect(put).rejects.toMatchObject({ code: 'route_stale' });
      await expect(saveRoutes(database.db, row, table)).rejects.toMatchObject({ code: 'route_stale' });
    }
    expect(await findEnvironment(database.db, 'hello', 'production')).toEqual(row);
    expect((await ask(await hello.environment('production'))).text).toBe('two');
  } finally {
    await database.close();
  }
});

test('a rollback that is asked for at another host moves the users here', async () => {
  const rolledBack = await read<RollbackView>('rollback', 'production', '--integration', 'hello');
  expect(rolledBack).toMatchObject({ from: 'production-2', to: 'production-1' });
  const { environments } = await read<StatusView>('status', '--integration', 'hello');
  const left = environments[0]?.deployments.find(({ deployment }) => deployment === 'production-2');
  await read('unhold', left?.release ?? '', '--reason', 'a test', '--integration', 'hello');
  expect((await ask(await hello.environment('production'))).text).toBe('one');
});

test('a cancel that is asked for at another host ends the step in flight, and returns when all that it started has ended', async () => {
  const pidFile = join(here.scratch, 'pid');
  const stubborn = `trap '' TERM INT HUP; sleep 600 & echo $! > ${pidFile}; ${gates.shell('smoke')}; sleep 600`;
  hello.commit({ 'deployer.yaml': { ...spec, tests: { smoke: { run: stubborn, writes: false } } } });
  const run = await shipToTheGate('cancelled');
  const sleeper = await until('what it left running', async () =>
    identifyProcess(Number(await readFile(pidFile, 'utf8'))),
  );
  const candidate = (await hello.environment('production')).candidate?.deployment;
  expect(candidate).toBeDefined();
  const startedAt = performance.now();
  const cancelled = await read('cancel', run, '--integration', 'hello');
  expect(cancelled).toEqual({ run, state: 'cancelled' });
  // Half a second until it is heard of, and five in which commands may end by themselves.
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  expect(await isRunning(sleeper)).toBe(false);
  const { deployments } = await hello.environment('production');
  expect(deployments.map(({ deployment }) => deployment)).not.toContain(candidate);
  const { stages } = await hello.view(run);
  expect(stages.find(({ name }) => name === 'smoke')).toMatchObject({ state: 'skipped' });
  hello.commit({ 'deployer.yaml': spec });
});

test('a run whose host has no worker says so; a worker takes it over, and when told to end finishes its step', async () => {
  const run = await shipToTheGate('taken over');
  await here.killServer();
  const waiting = await until('the run to say what it waits for', async () => {
    const view = await read<RunView>('run', run, '--integration', 'hello');
    return view.waiting;
  });
  expect(waiting).toMatchObject({
    kind: 'capacity',
    environment: 'production',
    reason: expect.stringContaining(here.home.root),
    next: expect.stringContaining('deployer worker'),
  });
  const rollback = await there.run(['rollback', 'production', '--integration', 'hello', '--json']);
  expect(JSON.parse(rollback.out.trimEnd())).toMatchObject({ error: { code: 'host_silent' } });
  const { environments } = await read<StatusView>('status', '--integration', 'hello');
  expect(environments[0]?.trouble).toMatchObject([expect.stringContaining('no worker has run on')]);

  const worker = await startWorker();
  await untilTrue('the step to be done again', async () => (await gates.visits('smoke')) === 2);
  worker.signal('SIGTERM');
  // It waits for its step; the server of the home is there again, and goes on after that.
  await hello.view(run);
  await untilTrue('the worker to say what it does', async () => {
    const { workers } = await workersAt(here);
    return workers.some(
      ({ living, kind, doing }) => living && kind === 'worker' && doing[0] === `${run} smoke`,
    );
  });
  await gates.open('smoke');
  expect((await worker.ended).code).toBe(0);
  await untilSucceeded(run);
  expect(await gates.visits('smoke')).toBe(2);
});

test('a worker that is killed with -9 in a step loses nothing: the server does the step once more, with the same candidate', async () => {
  const approver = { user: 'approver@example.com' };
  const handed = openProject(here, 'handed');
  const production = { approval: { approvers: [approver.user] }, gates: ['smoke'] };
  handed.commit({
    'deployer.yaml': { ...spec, ...helloSpec({ production }), integration: { key: 'handed' } },
    [helloFile]: helloProgram({ says: 'handed' }),
  });
  const { run } = await handed.ship();
  const view = (): Promise<RunView> => read<RunView>('run', run, '--integration', 'handed');
  expect((await view()).waiting).toMatchObject({ kind: 'approval' });
  const worker = await startWorker();
  await here.killServer();
  await gates.close('smoke');
  expect((await there.run(['approve', run, '--integration', 'handed'], approver)).code).toBe(0);
  await gates.reached('smoke');
  const busy = await until('somebody to say that it does the step', async () => {
    const { workers } = await workersAt(there);
    return workers.find(({ doing }) => doing[0] === `${run} smoke`);
  });
  expect(busy.kind).toBe('worker');
  worker.signal('SIGKILL');
  await worker.ended;

  const { candidate } = await handed.environment('production');
  await untilTrue('the step to be done again', async () => (await gates.visits('smoke')) === 2);
  await gates.open('smoke');
  await untilTrue('the run to succeed', async () => {
    const { state, reason } = await view();
    if (state === 'failed') throw new Error(reason ?? 'it failed');
    return state === 'succeeded';
  });
  expect(await gates.visits('smoke')).toBe(2);
  const { live, deployments } = await handed.environment('production');
  expect(deployments.map(({ deployment }) => deployment)).toEqual([candidate?.deployment]);
  expect(live?.deployment).toBe(candidate?.deployment);
  expect((await ask(await handed.environment('production'))).text).toBe('handed');
});

test('a server that was stopped and comes back records nothing of what was taken over meanwhile', async () => {
  const run = await shipToTheGate('paused');
  const server = await until('a server', () => here.server());
  const worker = await startWorker();
  await signalProcess(server, 'SIGSTOP');
  try {
    await untilTrue('the step to be done again', async () => (await gates.visits('smoke')) === 2);
    await signalProcess(server, 'SIGCONT');
    const doing = await until('the server to have let go', async () => {
      const { workers } = await workersAt(there);
      const mine = workers.filter(({ home, living }) => living && home === here.home.root);
      const isIdle = mine.some(({ pid, doing: now }) => pid === server.pid && now.length === 0);
      return isIdle ? mine.flatMap(({ doing: now }) => now) : null;
    });
    expect(doing).toEqual([`${run} smoke`]);
    await gates.open('smoke');
    await untilSucceeded(run);
    const { events } = await shipped(hello.start(['run', run, '--follow', '--json']));
    const ends = events.filter(
      (event) => event.type === 'stage' && event.name === 'smoke' && event.endedAt !== null,
    );
    expect(ends).toMatchObject([{ state: 'passed' }]);
  } finally {
    await signalProcess(server, 'SIGCONT');
    worker.signal('SIGTERM');
    await worker.ended;
  }
});
