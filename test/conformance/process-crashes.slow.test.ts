import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

import type { Preparation } from '../../src/core/places/target.ts';
import { freePort } from '../../src/lib/free-port.ts';
import { identifyProcess, isRunning } from '../../src/lib/process-identity.ts';
import { waitUntil } from '../../src/lib/wait-until.ts';
import { deploymentFolder } from '../../src/targets/supervised/layout.ts';
import { inputsDigest } from '../../src/targets/supervised/preparation.ts';
import type { SupervisorRecord } from '../../src/targets/supervised/supervisor-record.ts';
import { leashOf, openProcessHarness, untilGone } from './process-harness.ts';
import { ask, type FixtureComponent, ref, soon, storedLines, untilObserved } from './target-harness.ts';
import { useTestBed } from './test-bed.ts';

const bed = useTestBed(openProcessHarness);
let starters: ChildProcess[] = [];

afterEach(() => {
  for (const starter of starters.splice(0)) starter.kill('SIGKILL');
});

test('kill -9 of the starter: supervisor and components live on and are adopted', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  const starter = await startStarter(gateway);
  await once(starter.stdout ?? starter, 'data');
  const before = await bed.target.observe(ref(gateway), soon());
  starter.kill('SIGKILL');
  await once(starter, 'exit');

  await bed.target.prepare(gateway, soon());
  const after = await bed.target.observe(ref(gateway), soon());
  expect(after).toEqual(before);
  expect(await ask(after.endpoints[0], '/')).toMatchObject({ name: 'gateway', pid: expect.any(Number) });
});

test('kill -9 of the starter while components start: the next preparation finishes the same start', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true, env: { READY_AFTER_MS: '1500' } }]);
  const starter = await startStarter(gateway);
  const { components } = await untilObserved(
    bed.target,
    gateway,
    (seen) => typeof seen.components[0]?.replicas[0]?.pid === 'number',
  );
  starter.kill('SIGKILL');
  await bed.target.prepare(gateway, soon());
  const after = await bed.target.observe(ref(gateway), soon());
  expect(after.components[0]?.replicas[0]?.pid).toBe(components[0]?.replicas[0]?.pid);
});

test('two starters at once: one supervisor, and both are told when it is ready', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  const both = await Promise.all([startStarter(gateway), startStarter(gateway)]);
  await Promise.all(both.map((starter) => once(starter.stdout ?? starter, 'data')));
  const starts = (await storedLines(bed.target, gateway)).filter(({ line }) => line === 'gateway started');
  expect(starts).toHaveLength(1);
  expect(await readdir(folderOf(gateway).starts)).toHaveLength(1);
});

test('kill -9 of the supervisor: its components end, and the next preparation brings them back', async () => {
  const desk = bed.deployment([
    { name: 'gateway', isPublic: true, needs: ['agent'], run: 'sleep 1000 & exec node main.mjs' },
    { name: 'agent' },
  ]);
  await bed.target.prepare(desk, soon());
  const { components } = await bed.target.observe(ref(desk), soon());
  const pids = components.flatMap(({ replicas }) => replicas.flatMap(({ pid }) => pid ?? []));
  const first = await recordOf(desk);
  process.kill(first.pid, 'SIGKILL');
  await untilGone(...pids);
  expect(await bed.target.observe(ref(desk), soon())).toMatchObject({ state: 'absent', endpoints: [] });
  expect(await bed.target.supervisor(ref(desk))).toEqual({ pid: first.pid, isRunning: false });

  await bed.target.prepare(desk, soon());
  const second = await recordOf(desk);
  expect(second.token).not.toBe(first.token);
  expect(await readdir(folderOf(desk).starts)).toHaveLength(1);
  const [endpoint] = (await bed.target.observe(ref(desk), soon())).endpoints;
  expect(await ask(endpoint, '/')).toMatchObject({ deployment: desk.deployment });
});

test('a new supervisor remembers whether workers are wanted', async () => {
  const fixtures: FixtureComponent[] = [
    { name: 'gateway', isPublic: true },
    { name: 'digest', activation: 'when-live', port: null },
  ];
  const [live, warm] = [bed.deployment(fixtures), bed.deployment(fixtures)];
  for (const each of [live, warm]) {
    await bed.target.prepare(each, soon());
    await bed.target.startWorkers(ref(each), soon());
  }
  await bed.target.stopWorkers(ref(warm), soon());
  for (const each of [live, warm]) process.kill((await recordOf(each)).pid, 'SIGKILL');
  for (const each of [live, warm]) await untilObserved(bed.target, each, ({ state }) => state === 'absent');

  for (const each of [live, warm]) await bed.target.prepare(each, soon());
  const isWhole = ({ state }: { readonly state: string }) => state === 'ready';
  expect(await untilObserved(bed.target, live, isWhole)).toMatchObject({ workersActive: true });
  expect(await untilObserved(bed.target, warm, isWhole)).toMatchObject({ workersActive: false });
  const digests = (await storedLines(bed.target, warm, { component: 'digest' })).map(({ line }) => line);
  expect(digests.filter((line) => line === 'digest started')).toHaveLength(1);
});

test('workers that are stopped while no supervisor runs stay stopped', async () => {
  const desk = bed.deployment([
    { name: 'gateway', isPublic: true },
    { name: 'digest', activation: 'when-live', port: null },
  ]);
  await bed.target.prepare(desk, soon());
  await bed.target.startWorkers(ref(desk), soon());
  process.kill((await recordOf(desk)).pid, 'SIGKILL');
  await untilObserved(bed.target, desk, ({ state }) => state === 'absent');
  await bed.target.stopWorkers(ref(desk), soon());
  await bed.target.prepare(desk, soon());
  expect(await bed.target.observe(ref(desk), soon())).toMatchObject({
    state: 'ready',
    workersActive: false,
  });
});

test('a stopped deployment comes back as it was, its workers too', async () => {
  const desk = bed.deployment([
    { name: 'gateway', isPublic: true },
    { name: 'digest', activation: 'when-live', port: null },
  ]);
  await bed.target.prepare(desk, soon());
  await bed.target.startWorkers(ref(desk), soon());
  await bed.target.stop(ref(desk), soon());
  expect(await bed.target.supervisor(ref(desk))).toBeNull();
  expect(await bed.target.observe(ref(desk), soon())).toMatchObject({ state: 'absent' });
  await bed.target.prepare(desk, soon());
  await untilObserved(bed.target, desk, (seen) => seen.state === 'ready' && seen.workersActive === true);
});

test('a starter killed while it changes what exists once: the next inputs run, alone, whatever it had begun', async () => {
  const port = await freePort();
  const resident = (name: string): Preparation =>
    bed.deployment([{ name: 'store', env: { NAME: name } }], {
      deployment: 'production-store',
      resident: { port },
    });
  await bed.target.prepare(resident('first'), soon());
  const { root, preparation, starts } = folderOf(resident('first'));
  let before = await recordOf(resident('first'));
  const moments: Readonly<Record<string, () => Promise<boolean>>> = {
    'at once': async () => true,
    'the former one has ended': async () => !(await isRunning(before)),
    'the inputs are written': async () => (await readFile(preparation, 'utf8')).includes('killed when'),
    'its files are there': async () => (await readdir(starts).catch(() => [])).length > 0,
    'it has the claim': async () => !(await isRunning(before)) && (await claimsIn(root)) > 0,
  };
  for (const [moment, hasCome] of Object.entries(moments)) {
    const starter = await startStarter(resident(`killed when ${moment}`));
    const look = async () => ((await hasCome()) ? true : null);
    await waitUntil(look, { timeoutMs: 10_000, everyMs: 1, what: moment, hint: '' });
    starter.kill('SIGKILL');
    const next = resident(`next to ${moment}`);
    await bed.target.prepare(next, soon());
    expect(await ask(`127.0.0.1:${port}`, '/')).toMatchObject({ name: `next to ${moment}` });
    before = await recordOf(next);
    const leftovers = JSON.parse(await readFile(folderOf(next).leftovers, 'utf8')) as object;
    expect(leftovers).toMatchObject({ processGroups: [{ pid: expect.any(Number) }] });
  }
});

test.each([
  [
    'for inputs which are replaced by then',
    'sha256:other',
    '{"values":{},"unseen":[]}',
    'other inputs are to run by now',
  ],
  ['by one that ended before all files were there', null, '', 'its starter has ended'],
])('a supervisor that was started %s starts nothing', async (_, other, input, reason) => {
  const port = await freePort();
  const kept = bed.deployment([{ name: 'store' }], { deployment: 'production-late', resident: { port } });
  await bed.target.prepare(kept, soon());
  await bed.target.stop(ref(kept), soon());
  const start = join(folderOf(kept).starts, 'late');
  await mkdir(start, { recursive: true });
  const logs = { segmentBytes: 1024, segments: 1 };
  const inputs = other ?? inputsDigest(kept);
  await writeFile(join(start, 'launch.json'), JSON.stringify({ nodeFolder: null, logs, inputs }));
  const entry = fileURLToPath(new URL('../../src/targets/process/supervisor.ts', import.meta.url));
  const late = spawn(process.execPath, [entry, folderOf(kept).root, start], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  starters.push(late);
  late.stdin.end(input);
  const [[code], said] = await Promise.all([once(late, 'exit'), text(late.stderr)]);
  expect(code).not.toBe(0);
  expect(said).toContain(reason);
  expect(await bed.target.observe(ref(kept), soon())).toMatchObject({ state: 'absent' });
});

test('a starter killed while its supervisor comes up: retiring waits for that supervisor and ends it', async () => {
  for (let round = 0; round < 5; round += 1) {
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
    const starter = await startStarter(gateway);
    const { root } = folderOf(gateway);
    const isClaimed = async () => ((await claimsIn(root)) > 0 ? true : null);
    await waitUntil(isClaimed, { timeoutMs: 10_000, everyMs: 1, what: 'a claim', hint: '' });
    starter.kill('SIGKILL');
    await bed.target.retire(ref(gateway), soon());
    expect(await readdir(root)).toEqual(['logs']);
  }
});

test('a deployment whose supervisor is dead can be retired; what has its process id since is not touched', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  await bed.target.prepare(gateway, soon());
  const record = await recordOf(gateway);
  process.kill(record.pid, 'SIGKILL');
  await untilGone(record.pid);
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore', detached: true });
  starters.push(stranger);
  await once(stranger, 'spawn');
  const folder = folderOf(gateway);
  await writeFile(folder.supervisor, JSON.stringify({ ...record, pid: stranger.pid }));
  const group = { pid: stranger.pid, startedAt: record.startedAt };
  await writeFile(folder.leftovers, JSON.stringify({ processGroups: [group], controlGroups: [] }));

  expect(await bed.target.observe(ref(gateway), soon())).toMatchObject({ state: 'absent' });
  await bed.target.retire(ref(gateway), soon());
  expect(await identifyProcess(stranger.pid ?? 0)).not.toBeNull();
  expect(await readdir(folder.root)).toEqual(['logs']);
});

test('a component whose leash was cut is ended by its recorded identity', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  await bed.target.prepare(gateway, soon());
  const [replica] = (await bed.target.observe(ref(gateway), soon())).components[0]?.replicas ?? [];
  const group = replica?.pid ?? 0;
  process.kill(await leashOf(group), 'SIGKILL');
  process.kill((await recordOf(gateway)).pid, 'SIGKILL');
  await untilObserved(bed.target, gateway, ({ state }) => state === 'absent');
  expect(await identifyProcess(group)).not.toBeNull();
  await bed.target.retire(ref(gateway), soon());
  await untilGone(group);
});

test('a supervisor that does not answer is said, and killed by retiring', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true, drainMs: 100 }]);
  await bed.target.prepare(gateway, soon());
  const { pid } = await recordOf(gateway);
  const [replica] = (await bed.target.observe(ref(gateway), soon())).components[0]?.replicas ?? [];
  process.kill(pid, 'SIGSTOP');
  await expect(bed.target.observe(ref(gateway), soon())).rejects.toMatchObject({
    code: 'supervisor_failed',
  });
  await bed.target.retire(ref(gateway), soon());
  await untilGone(pid, replica?.pid ?? 0);
});

test('a supervisor whose record got lost writes it again, so that it can be asked and ended', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  await bed.target.prepare(gateway, soon());
  const before = await bed.target.observe(ref(gateway), soon());
  await rm(folderOf(gateway).supervisor);
  await untilObserved(bed.target, gateway, ({ state }) => state === 'ready');
  expect(await bed.target.observe(ref(gateway), soon())).toEqual(before);
});

test('the socket refuses who does not present the token, and what it does not know', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  await bed.target.prepare(gateway, soon());
  const { socket, token } = await recordOf(gateway);
  const bearer = `Bearer ${token}`;
  expect(await statusOf(socket, { method: 'GET', path: '/observation' })).toBe(401);
  const wrong = `Bearer ${'0'.repeat(token.length)}`;
  expect(await statusOf(socket, { method: 'POST', path: '/stop', authorization: wrong })).toBe(401);
  expect(await statusOf(socket, { method: 'GET', path: '/observation', authorization: bearer })).toBe(200);
  expect(await statusOf(socket, { method: 'GET', path: '/secrets', authorization: bearer })).toBe(404);
  const workers = { method: 'PUT', path: '/workers', authorization: bearer };
  for (const body of ['', '{', '{"active":"yes"}', '{"active":true,"more":1}']) {
    expect(await statusOf(socket, { ...workers, body })).toBe(400);
  }
  expect(await statusOf(socket, { ...workers, body: 'x'.repeat(10_000) })).toBe(413);
  expect(await bed.target.observe(ref(gateway), soon())).toMatchObject({ state: 'ready' });
});

function folderOf(deployed: Preparation): ReturnType<typeof deploymentFolder> {
  return deploymentFolder(bed.harness.home, deployed);
}

async function recordOf(deployed: Preparation): Promise<SupervisorRecord> {
  return JSON.parse(await readFile(folderOf(deployed).supervisor, 'utf8')) as SupervisorRecord;
}

async function startStarter(deployed: Preparation): Promise<ChildProcess> {
  const file = join(bed.harness.home, `${deployed.deployment}.json`);
  await writeFile(file, JSON.stringify(deployed));
  const entry = fileURLToPath(new URL('process-starter.ts', import.meta.url));
  const starter = spawn(process.execPath, [entry, bed.harness.home, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  starters.push(starter);
  return starter;
}

async function claimsIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.claim')).length;
}

interface RawCall {
  readonly method: string;
  readonly path: string;
  readonly authorization?: string;
  readonly body?: string;
}

function statusOf(socketPath: string, { method, path, authorization, body = '' }: RawCall): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-length': body.length,
      ...(authorization === undefined ? {} : { authorization }),
    };
    const asked = request(
      { socketPath, method, path, headers, agent: false, signal: soon(10) },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
