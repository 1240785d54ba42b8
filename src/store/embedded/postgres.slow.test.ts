import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';

import { removeHome } from '../../../test/harness/database.ts';
import { until } from '../../../test/harness/until.ts';
import { type Home, homeAt } from '../../lib/home.ts';
import { isRunning, signalProcess } from '../../lib/process-identity.ts';
import { startPostgres, stopPostgres } from './postgres.ts';

const homes: Home[] = [];

async function makeHome(): Promise<Home> {
  const home = homeAt(await mkdtemp(join(tmpdir(), 'deployer-pg-')));
  homes.push(home);
  return home;
}

afterEach(async () => {
  for (const home of homes.splice(0)) {
    await stopPostgres(home);
    await removeHome(home);
  }
});

const DatabaseFile = z.object({
  paths: z.object({ data: z.string(), socketFolder: z.string() }),
  password: z.string(),
  process: z.object({ pid: z.int(), startedAt: z.string() }).nullable(),
});

async function fileOf(home: Home): Promise<z.infer<typeof DatabaseFile>> {
  return DatabaseFile.parse(JSON.parse(await readFile(home.databaseFile, 'utf8')));
}

async function runningIn(home: Home): Promise<{ pid: number; startedAt: string }> {
  const { process } = await fileOf(home);
  if (process === null) throw new Error('no process is recorded');
  return process;
}

async function query(connectionString: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString });
  client.on('error', () => {
    // The query says it, if it matters.
  });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function killed(home: Home): Promise<void> {
  const identity = await runningIn(home);
  await signalProcess(identity, 'SIGKILL');
  await until('it to end', async () => ((await isRunning(identity)) ? null : true));
}

test('the first start makes a database that only its password opens, and the second finds it running', async () => {
  const home = await makeHome();
  const first = await startPostgres(home);
  await query(first, 'create table kept as select 1 as one');
  const identity = await runningIn(home);
  expect(await startPostgres(home)).toBe(first);
  expect(await runningIn(home)).toEqual(identity);
  expect(await query(first, 'select * from kept')).toEqual([{ one: 1 }]);
  const { password, paths } = await fileOf(home);
  await expect(query(first.replace(password, 'guess'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect((await stat(home.databaseFile)).mode & 0o077).toBe(0);
  expect((await stat(paths.socketFolder)).mode & 0o077).toBe(0);
  expect(await query(first, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
});

test('stopping is done once, keeps the data, and says whether there was anything to stop', async () => {
  const home = await makeHome();
  expect(await stopPostgres(home)).toBe(false);
  const connection = await startPostgres(home);
  await query(connection, 'create table kept as select 1 as one');
  expect(await stopPostgres(home)).toBe(true);
  expect(await stopPostgres(home)).toBe(false);
  expect(await startPostgres(home)).toBe(connection);
  expect(await query(connection, 'select * from kept')).toEqual([{ one: 1 }]);
});

test('after kill -9 it starts again at once, with everything that was committed', async () => {
  const home = await makeHome();
  const connection = await startPostgres(home);
  const client = new Client({ connectionString: connection });
  client.on('error', () => {
    // It is killed below, on purpose.
  });
  await client.connect();
  await client.query('create table kept as select 1 as one');
  await client.query('begin');
  await client.query('insert into kept values (2)');
  await killed(home);
  const { data } = (await fileOf(home)).paths;
  expect(await readFile(join(data, 'postmaster.pid'), 'utf8')).not.toBe('');
  await startPostgres(home);
  expect(await query(connection, 'select * from kept')).toEqual([{ one: 1 }]);
  await client.end().catch(() => null);
});

test('after kill -9 while a session computes, it starts again', async () => {
  const home = await makeHome();
  const connection = await startPostgres(home);
  const busy = query(connection, 'select count(*) from generate_series(1, 40000000)').catch(() => null);
  await until('the session to compute', async () => {
    const rows = await query(
      connection,
      "select 1 from pg_stat_activity where query like '%generate_series%' and pid <> pg_backend_pid()",
    );
    return rows.length > 0 ? true : null;
  });
  await killed(home);
  await startPostgres(home);
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  await busy;
});

test('a server that was started but not written down is adopted', async () => {
  const home = await makeHome();
  await startPostgres(home);
  const identity = await runningIn(home);
  const text = JSON.parse(await readFile(home.databaseFile, 'utf8')) as object;
  await writeFile(home.databaseFile, JSON.stringify({ ...text, process: null }));
  await startPostgres(home);
  expect(await runningIn(home)).toEqual(identity);
});

test('an interrupted first start is done again from nothing', async () => {
  const home = await makeHome();
  await startPostgres(home);
  await stopPostgres(home);
  const { data } = (await fileOf(home)).paths;
  // As it stands when the program is killed during `initdb`.
  await rename(data, `${data}.new`);
  const connection = await startPostgres(home);
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('two homes have two databases side by side that know nothing of each other', async () => {
  const [one, other] = [await makeHome(), await makeHome()];
  const connections = await Promise.all([startPostgres(one), startPostgres(other)]);
  await query(connections[0], 'create table kept as select 1 as one');
  expect(await query(connections[1], "select 1 from pg_tables where tablename = 'kept'")).toEqual([]);
  await stopPostgres(one);
  expect(await query(connections[1], 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.runIf(process.getuid?.() === 0)(
  'data of a home that was removed is set aside, and its server ended, when the home is made anew',
  async () => {
    const home = await makeHome();
    await startPostgres(home);
    const former = await runningIn(home);
    const { data } = (await fileOf(home)).paths;
    await rm(home.databaseFile);
    const connection = await startPostgres(home);
    expect(await isRunning(former)).toBe(false);
    expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    const beside = await readdir(dirname(data));
    expect(beside.filter((name) => name.startsWith('data.of-a-removed-home-'))).toHaveLength(1);
  },
);

test.runIf(process.getuid?.() === 0)(
  'a home that is in use and has lost the record of its database does not begin anew: it is refused with both places',
  async () => {
    const home = await makeHome();
    await startPostgres(home);
    const { data } = (await fileOf(home)).paths;
    const record = await readFile(home.databaseFile, 'utf8');
    await rm(home.databaseFile);
    await mkdir(home.artifacts);
    await expect(startPostgres(home)).rejects.toMatchObject({
      code: 'database_failed',
      message: expect.stringMatching(new RegExp(`${home.databaseFile} is missing.*${data}`)),
    });
    await writeFile(home.databaseFile, record);
    await startPostgres(home);
  },
);

test('a database that cannot start is refused with the place of its log', async () => {
  const home = await makeHome();
  await startPostgres(home);
  await stopPostgres(home);
  const { data } = (await fileOf(home)).paths;
  await rm(join(data, 'global'), { recursive: true });
  await expect(startPostgres(home)).rejects.toMatchObject({
    code: 'database_failed',
    hint: expect.stringContaining('postgresql.log'),
  });
});
