import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';

import type { ServerFile } from '../src/api/server-file.ts';
import { openClient } from '../src/cli/server/open-client.ts';
import { edgeFolder, type EdgeRecord, readEdgeRecord } from '../src/edge/edge-record.ts';
import { pointsVariable } from '../src/lib/named-point.ts';
import { isRunning, type ProcessIdentity, signalProcess } from '../src/lib/process-identity.ts';
import { waitUntil } from '../src/lib/wait-until.ts';
import { openDatabase } from '../src/store/database.ts';
import { findEnvironment, saveRoutes } from '../src/store/environments.ts';
import { deploymentFolder } from '../src/targets/supervised/layout.ts';
import { livingSupervisor, type SupervisorRecord } from '../src/targets/supervised/supervisor-record.ts';
import { homeOfThisFile } from './harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { openProject } from './harness/project.ts';
import { until, untilTrue } from './harness/until.ts';
import { openPoints } from './kill/points.ts';

const production = { integration: 'hello', environment: 'production' } as const;
const env: Record<string, string> = {};
const home = await homeOfThisFile(env);
const points = await openPoints(join(home.scratch, 'points'));
env[pointsVariable] = join(home.scratch, 'points');
const hello = openProject(home, 'hello');
const spec = helloSpec();
const web = { ...spec.components.web, drain: '1s' };
hello.commit({ 'deployer.yaml': { ...spec, components: { web } }, [helloFile]: helloProgram() });

/** A server, and something live that is ready. */
beforeEach(async () => {
  await points.openAll();
  const known = await home.run(['status', '--integration', 'hello']);
  if (known.code !== 0) await hello.ship();
  await untilServing();
});

async function untilServing(): Promise<void> {
  await untilTrue('production to serve', async () => {
    const { live, trouble } = await hello.environment('production');
    return live !== null && trouble.length === 0 && (await supervisor()) !== null && (await edge()) !== null;
  });
}

async function edge(): Promise<EdgeRecord | null> {
  const record = await readEdgeRecord(edgeFolder(home.home.root, production));
  return record !== null && (await isRunning(record)) ? record : null;
}

function folder() {
  return deploymentFolder(home.home.root, { ...production, deployment: 'production-1' });
}

async function supervisor(): Promise<SupervisorRecord | null> {
  return await livingSupervisor(folder());
}

async function server(): Promise<ServerFile> {
  return await until('a server', () => home.server());
}

async function freeze(...processes: readonly (ProcessIdentity | null)[]): Promise<void> {
  for (const each of processes) {
    if (each === null) throw new Error('nothing to freeze');
    await signalProcess(each, 'SIGSTOP');
  }
}

async function expectGone(...processes: readonly (ProcessIdentity | null)[]): Promise<void> {
  for (const each of processes) expect(each !== null && (await isRunning(each))).toBe(false);
}

test('stop --all ends an edge and a supervisor that hang, with a server and without one', async () => {
  for (const hasServer of [true, false]) {
    await untilServing();
    const found = [await edge(), await supervisor(), await server()];
    if (!hasServer) expect((await home.run(['stop'])).code).toBe(0);
    await freeze(found[0] ?? null, found[1] ?? null);
    const { code, out, err } = await home.run(['stop', '--all']);
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('SIGTERM') });
    for (const what of ['hello/production edge', 'hello/production-1', 'database'])
      expect(out).toContain(`stopped ${what}\n`);
    await expectGone(...found);
  }
});

test('stop --all names what it cannot end, and ends all else, the server too', async () => {
  const [damaged, lives] = [await supervisor(), await server()];
  // One that is frozen does not write its record again.
  await freeze(damaged);
  const record = JSON.stringify(damaged);
  await writeFile(folder().supervisor, '{');
  try {
    const refusal = await hello.refused(['stop', '--all']);
    expect(refusal).toMatchObject({ code: 'stop_incomplete', exit: 1 });
    expect(refusal.detail).toEqual([expect.stringMatching(/^hello\/production-1: /)]);
    expect(await edge()).toBeNull();
    await untilTrue('the server to end', async () => !(await isRunning(lives)));
  } finally {
    await writeFile(folder().supervisor, record);
  }
  expect((await home.run(['stop', '--all'])).code).toBe(0);
  await expectGone(damaged);
});

test('a server that hangs: a verb says so, and stop ends it and says how; the next verb starts another', async () => {
  const hung = await server();
  await freeze(hung);
  const refusal = await hello.refused(['status']);
  expect(refusal.message).toBe(`The server of this home (process ${hung.pid}) runs and does not answer.`);
  expect(refusal.hint).toMatch(/^deployer stop /);
  const { code, out, err } = await home.run(['stop']);
  expect({ code, out }).toEqual({ code: 0, out: '✓ stopped server\n' });
  expect(err).toContain(`the server (process ${hung.pid}) does not answer; it is sent SIGTERM, then SIGKILL`);
  await expectGone(hung);
  expect((await hello.environment('production')).live).not.toBeNull();
});

test('a server that hangs: stop --all ends all that is there', async () => {
  const found = [await server(), await edge(), await supervisor()];
  await freeze(found[0] ?? null);
  const { code, out } = await home.run(['stop', '--all']);
  expect(code).toBe(0);
  for (const what of ['server', 'hello/production edge', 'hello/production-1', 'database'])
    expect(out).toContain(`stopped ${what}\n`);
  await expectGone(...found);
});

test('a supervisor of what is live that hangs is replaced, and users are served again', async () => {
  const hung = await supervisor();
  await freeze(hung);
  await untilTrue('another supervisor', async () => {
    const now = await supervisor();
    return now !== null && now.pid !== hung?.pid;
  });
  await expectGone(hung);
  await untilServing();
  expect((await hello.environment('production')).live?.deployment).toBe('production-1');
});

test('a server and its command killed while all is stopped: what has ended comes back with the next one', async () => {
  const before = await supervisor();
  await points.close('supervisor: components ended');
  const stopping = home.start(['stop', '--all']);
  await points.stoppedAt('supervisor: components ended');
  // Alone it would go on by itself, without the server.
  stopping.signal('SIGKILL');
  await stopping.ended;
  await home.killServer();
  // Nobody has to open the point: a supervisor whose components have ended is as good as none.
  await hello.environment('production');
  await untilServing();
  await expectGone(before);
});

describe('what is wrong is in the status', () => {
  const trouble = async (integration: string): Promise<readonly string[]> => {
    const client = await openClient({ socketPath: (await server()).socket, actor: null });
    try {
      const { environments } = await client.call('status', { params: { integration } });
      return environments.flatMap((environment) => environment.trouble);
    } finally {
      await client.close();
    }
  };
  const untilSaid = (line: string | RegExp, integration = 'hello') =>
    waitUntil(async () => (await trouble(integration)).find((each) => each.match(line) !== null), {
      timeoutMs: 15_000,
      what: `${line} in the status`,
      hint: 'see the test',
    });

  test('within seconds when a supervisor is gone, until it is back', async () => {
    await points.close('mend: begun');
    const lost = await supervisor();
    if (lost === null) throw new Error('no supervisor');
    await signalProcess(lost, 'SIGKILL');
    await untilSaid('production-1: its supervisor is gone; users may get 502');
    await untilSaid('production-1 has vanished; it is being started again');
    await points.open('mend: begun');
    await untilServing();
  });

  test('within seconds when an edge is off its route table, until it has been told', async () => {
    await points.close('mend: begun');
    const database = openDatabase(await home.databaseUrl());
    try {
      const row = await findEnvironment(database.db, 'hello', 'production');
      const generation = row.generation + 1;
      await saveRoutes(database.db, row, { ...row.routes, generation });
      await untilSaid('the edge is behind the decided routes; it is being told');
      await points.open('mend: begun');
      await untilServing();
      const file = join(edgeFolder(home.home.root, production), 'route.json');
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ table: { generation } });
    } finally {
      await database.close();
    }
  });

  test('when a component ends again and again, though it starts each time: which one, and where to read why', async () => {
    const ends = join(home.scratch, 'ends');
    const loops = openProject(home, 'loops');
    const run = `until test -e ${ends}; do sleep 0.1; done; sleep 1.2`;
    const job = { role: 'service', path: 'web', run, health: { seconds: 1 } };
    loops.commit({
      'deployer.yaml': { ...spec, integration: { key: 'loops' }, components: { web, job } },
      [helloFile]: helloProgram(),
    });
    expect((await loops.ship()).code).toBe(0);
    await writeFile(ends, '');
    await untilTrue('the loop to be said', async () => {
      const line =
        /^job of production-1 restarts again and again, \d+ times in the last 10 min.*: deployer logs production job --deployment production-1 --integration loops$/;
      return (await trouble('loops')).some((each) => line.test(each));
    });
    await rm(ends);
  });
});
