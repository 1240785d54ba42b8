import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { ArtifactStore } from '../../src/core/releases/artifacts.ts';
import type { Preparation } from '../../src/core/places/target.ts';
import { deploymentFolder } from '../../src/targets/supervised/layout.ts';
import { processTarget } from '../../src/targets/process/target.ts';
import { waitUntil } from '../../src/lib/wait-until.ts';
import { openProcessHarness, untilGone } from './process-harness.ts';
import { ask, ref, soon, storedLines, untilObserved, untilStored } from './target-harness.ts';
import { useTestBed } from './test-bed.ts';

const bed = useTestBed(openProcessHarness);

test.for([
  {
    run: 'no-such-command --port 1',
    reason: 'its command was not found (exit code 127)',
    line: 'no-such-command',
  },
  { run: './notes.txt', reason: 'its command cannot be executed (exit code 126)', line: 'notes.txt' },
  { run: 'kill -SEGV $$', reason: 'it was ended by SIGSEGV', line: '(it wrote nothing)' },
])('`$run` fails with "$reason"', async ({ run, reason, line }) => {
  const broken = bed.deployment([{ name: 'gateway', run, health: { seconds: 600 } }]);
  await expect(bed.target.prepare(broken, soon())).rejects.toMatchObject({
    code: 'component_not_ready',
    message: `Replica 0 of gateway in ${broken.deployment} did not become ready: ${reason}.`,
    detail: [expect.stringContaining(line)],
  });
});

test('a home that is no folder, or takes no files, is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'not-a-home-'));
  const home = join(folder, 'file');
  await writeFile(home, '');
  const preparing = withStore({ home }).prepare(bed.deployment([{ name: 'gateway' }]), soon());
  await expect(preparing).rejects.toMatchObject({
    code: 'home_invalid',
    message: expect.stringContaining(home),
  });
  await rm(folder, { recursive: true });
});

test('a full disk and a missing artifact are said, and leave nothing running', async () => {
  const full = Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' });
  const gateway = bed.deployment([{ name: 'gateway' }]);
  const onFullDisk = withStore({ unpack: () => Promise.reject(full) }).prepare(gateway, soon());
  await expect(onFullDisk).rejects.toMatchObject({ code: 'disk_full' });
  const missing = {
    ...gateway,
    components: gateway.components.map((each) => ({ ...each, artifact: `sha256:${'0'.repeat(64)}` })),
  };
  await bed.target.retire(ref(gateway), soon());
  await expect(bed.target.prepare(missing, soon())).rejects.toMatchObject({ code: 'artifact_missing' });
  expect(await bed.target.observe(ref(gateway), soon())).toMatchObject({ state: 'absent' });
  expect(await readdir(folderOf(gateway).starts)).toEqual([]);
});

test('a component whose folder is not there fails with the folder named', async () => {
  const gateway = bed.deployment([{ name: 'gateway', health: { seconds: 600 } }]);
  const preparing = withStore({ unpack: () => Promise.resolve() }).prepare(gateway, soon());
  await expect(preparing).rejects.toThrow(/its folder \S+\/gateway does not exist/);
});

test('inputs that differ from those that were frozen are refused', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  await bed.target.prepare(gateway, soon());
  const other = { ...gateway, release: `sha256:${'1'.repeat(64)}` };
  await expect(bed.target.prepare(other, soon())).rejects.toMatchObject({ code: 'internal' });
  expect(await bed.target.observe(ref(gateway), soon())).toMatchObject({ state: 'ready' });
});

test('a replica keeps its port over a restart, and gets another when that was taken meanwhile', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true, run: 'sleep 0.4; exec node main.mjs' }]);
  await bed.target.prepare(gateway, soon());
  const isBack = (restarts: number) =>
    untilObserved(
      bed.target,
      gateway,
      (seen) => seen.state === 'ready' && seen.components[0]?.replicas[0]?.restarts === restarts,
    );
  const [address] = (await isBack(0)).endpoints;
  await ask(address, '/crash').catch(() => 'as asked');
  expect((await isBack(1)).endpoints).toEqual([address]);

  await ask(address, '/crash').catch(() => 'as asked');
  await untilObserved(bed.target, gateway, ({ state }) => state !== 'ready');
  const port = Number(address?.split(':')[1]);
  const stranger = createServer().listen({ host: '127.0.0.1', port });
  await once(stranger, 'listening');
  const moved = await untilObserved(
    bed.target,
    gateway,
    ({ state, endpoints }) => state === 'ready' && endpoints[0] !== address,
  );
  expect(await ask(moved.endpoints[0], '/')).toMatchObject({ name: 'gateway' });
  stranger.close();
});

test('a server behind a shell has its time to drain although the shell ends at once', async () => {
  const run = 'node main.mjs & wait';
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true, run, env: { DRAIN_MS: '500' } }]);
  await bed.target.prepare(gateway, soon());
  await bed.target.retire(ref(gateway), soon());
  const lines = (await storedLines(bed.target, gateway)).map(({ line }) => line);
  expect(lines).toEqual(['gateway started', 'gateway stopping', 'gateway stopped']);
});

test('what a component leaves in its process group ends with it', async () => {
  const run = `sh -c 'trap "" TERM; echo $$; while :; do sleep 0.1; done' & exec node main.mjs`;
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true, run, drainMs: 300 }]);
  await bed.target.prepare(gateway, soon());
  const leftover = () =>
    storedLines(bed.target, gateway).then((lines) => lines.map(({ line }) => Number(line)).filter(Boolean));
  const [first] = await leftover();
  const [endpoint] = (await bed.target.observe(ref(gateway), soon())).endpoints;
  await ask(endpoint, '/crash').catch(() => 'as asked');
  await untilGone(first ?? 0);
  await untilObserved(bed.target, gateway, ({ state }) => state === 'ready');
  await bed.target.retire(ref(gateway), soon());
  const all = await leftover();
  expect(all).toHaveLength(2);
  await untilGone(...all);
});

test.runIf(process.platform === 'linux')(
  'what a component puts into a session of its own ends with it',
  async () => {
    const run = `setsid sh -c 'trap "" TERM; echo $$; while :; do sleep 0.1; done' & exec node main.mjs`;
    const gateway = bed.deployment([{ name: 'gateway', isPublic: true, run, drainMs: 300 }]);
    await bed.target.prepare(gateway, soon());
    const stray = await waitUntil(
      async () => (await storedLines(bed.target, gateway)).map(({ line }) => Number(line)).find(Boolean),
      { timeoutMs: 5000, what: 'the daemon to start', hint: '' },
    );
    await bed.target.retire(ref(gateway), soon());
    await untilGone(stray);
  },
);

test('a replica that takes more memory than it may is restarted, and the reason is said', async () => {
  const run = `node -e 'const kept = []; setInterval(() => kept.push(Buffer.alloc(8e6, 1)), 20)'`;
  const hungry = bed.deployment([
    { name: 'agent', run, port: null, memoryBytes: 128 * 1024 * 1024, health: { seconds: 0.1 } },
  ]);
  await bed.target.prepare(hungry, soon());
  const seen = await untilObserved(
    bed.target,
    hungry,
    ({ reason }) => reason?.includes('over its memory') === true,
  );
  expect(seen.reason).toContain('it went over its memory limit of 128Mi');
});

test('a component that listens beyond loopback is named', async () => {
  const desk = bed.deployment([
    { name: 'gateway', isPublic: true, run: 'HOST=0.0.0.0 exec node main.mjs' },
    { name: 'agent' },
  ]);
  await bed.target.prepare(desk, soon());
  const [endpoint = ''] = (await bed.target.observe(ref(desk), soon())).endpoints;
  expect(await bed.target.wideListeners(ref(desk), soon())).toEqual([
    { component: 'gateway', replica: 0, address: endpoint.replace('127.0.0.1', '0.0.0.0') },
  ]);
});

test('metrics tell time, memory and restarts of each replica', async () => {
  const gateway = bed.deployment([
    { name: 'gateway', isPublic: true, memoryBytes: 512 * 1024 * 1024, cpuMillis: 800 },
  ]);
  await bed.target.prepare(gateway, soon());
  const text = (await bed.target.metrics(ref(gateway), soon())) ?? '';
  const value = (name: string) =>
    Number(new RegExp(`^${name}\\{[^}]*component="gateway"[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);
  expect(value('deployer_replica_cpu_seconds_total')).toBeGreaterThan(0);
  expect(value('deployer_replica_memory_bytes')).toBeGreaterThan(10e6);
  expect(value('deployer_replica_restarts_total')).toBe(0);
  expect(text).toMatch(/deployer_replica_limit_enforced\{.*resource="cpu"\} [01]/);
  await bed.target.retire(ref(gateway), soon());
  expect(await bed.target.metrics(ref(gateway), soon())).toBeNull();
});

test('output that is no text, or has no end, is stored within bounds', async () => {
  const run = String.raw`printf 'caf\303\251 \377 end\r\n'; head -c 100000 /dev/zero | tr '\0' x; exec node main.mjs`;
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true, run }]);
  await bed.target.prepare(gateway, soon());
  const [endpoint] = (await bed.target.observe(ref(gateway), soon())).endpoints;
  await ask(endpoint, '/say/after');
  const lines = (await untilStored(bed.target, gateway, 'after')).map(({ line }) => line);
  expect(lines[0]).toBe('café \uFFFD end');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(17_000);
});

test('what a component writes into its folder is gone with its start, and the given Node comes first', async () => {
  const nodeFolder = await mkdtemp(join(tmpdir(), 'node-'));
  await symlink(process.execPath, join(nodeFolder, 'node'));
  const target = withStore({ nodeFolder });
  const run = 'test -e left-behind && echo found it; : >left-behind; command -v node; exec node main.mjs';
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true, run }]);
  for (let start = 0; start < 2; start += 1) {
    await target.prepare(gateway, soon());
    const { pid } = JSON.parse(await readFile(folderOf(gateway).supervisor, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGTERM');
    await untilObserved(target, gateway, ({ state }) => state === 'absent');
  }
  const lines = (await storedLines(target, gateway)).map(({ line }) => line);
  expect(lines.filter((line) => line === 'found it')).toEqual([]);
  expect(lines.filter((line) => line === join(nodeFolder, 'node'))).toHaveLength(2);
  expect(lines.filter((line) => line === 'gateway stopped')).toHaveLength(2);
  await rm(nodeFolder, { recursive: true });
});

test('a home whose path is too long for a socket works, and leaves none behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'long-'.repeat(20)));
  const target = withStore({ home: folder });
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  await target.prepare(gateway, soon());
  const file = deploymentFolder(folder, gateway).supervisor;
  const { pid, socket } = JSON.parse(await readFile(file, 'utf8')) as { pid: number; socket: string };
  expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(107);
  expect(await target.observe(ref(gateway), soon())).toMatchObject({ state: 'ready' });
  process.kill(pid, 'SIGKILL');
  await untilGone(pid);
  await target.retire(ref(gateway), soon());
  await expect(stat(socket)).rejects.toThrow('ENOENT');
  await rm(folder, { recursive: true });
});

test('all files of a deployment are private to the user', async () => {
  const gateway = bed.deployment([{ name: 'gateway', isPublic: true }]);
  await bed.target.prepare(gateway, soon());
  const { root } = folderOf(gateway);
  for (const name of await readdir(root)) {
    const { mode } = await stat(join(root, name));
    expect({ name, others: mode & 0o077 }).toEqual({ name, others: 0 });
  }
});

function folderOf(deployed: Preparation): ReturnType<typeof deploymentFolder> {
  return deploymentFolder(bed.harness.home, deployed);
}

interface OwnTarget {
  readonly home?: string;
  readonly nodeFolder?: string;
  readonly unpack?: ArtifactStore['unpack'];
}

/** A target on the artifacts of the harness, or in its home, with something else than usual. */
function withStore({
  home = bed.harness.home,
  unpack,
  nodeFolder,
}: OwnTarget): ReturnType<typeof processTarget> {
  const artifacts = { ...bed.harness.artifacts, ...(unpack === undefined ? {} : { unpack }) };
  return processTarget({ home, artifacts, ...(nodeFolder === undefined ? {} : { nodeFolder }) });
}
