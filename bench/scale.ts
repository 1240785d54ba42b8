// How the views that people wait for grow with what a server has to remember: integrations of three environments, each
// with ten runs, up to 10,000 integrations and 100,000 runs; one of them with as many runs as there are integrations,
// for its longest lists; and one that lives here, of which supervisor and edge are asked.
// Usage: node bench/scale.ts [quick]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { stringify } from 'yaml';

import { type ApiClient, apiClient } from '../src/api/client.ts';
import { serverFile } from '../src/api/server-file.ts';
import { type EngineStage, openEngineStage, type Scene } from '../test/harness/engine-scene.ts';
import { helloFile, helloProgram, helloSpec } from '../test/harness/hello.ts';
import { runGit, scratchRepository } from '../test/scratch-repository.ts';
import { type BenchHome, openBenchHome } from './bench-home.ts';
import { cloneIntegration } from './load/clone-integration.ts';
import { memoryBytes } from './process-figures.ts';
import { printTable, quantile } from './table.ts';

const isQuick = process.argv.includes('quick');
const sizes = isQuick ? [10, 100] : [100, 1000, 10_000];
const runsOfEach = isQuick ? 3 : 10;
const callsOfEach = isQuick ? 5 : 200;

type View = (client: ApiClient, integration: string) => Promise<unknown>;

/** Of an integration that lives at another host, chosen at random. */
const views: Readonly<Record<string, View>> = {
  status: (client, integration) => client.call('status', { params: { integration } }),
  runs: (client, integration) => client.call('runs', { params: { integration }, query: {} }),
  run: (client, integration) => client.call('run', { params: { run: `${integration}-${runsOfEach}` } }),
  releases: (client, integration) => client.call('releases', { params: { integration }, query: {} }),
  decisions: (client, integration) => client.call('decisions', { params: { integration } }),
  checklist: (client, integration) => client.call('checklist', { params: { integration }, query: {} }),
  audit: (client, integration) => client.call('audit', { query: { integration } }),
};

/** Of the one with the most runs, and of everything. */
const longLists: Readonly<Record<string, View>> = {
  'runs, first page of the longest': (client, integration) =>
    client.call('runs', { params: { integration }, query: {} }),
  'runs, last page of the longest': (client, integration) =>
    client.call('runs', { params: { integration }, query: { after: '40' } }),
  'audit of all, first page': (client) => client.call('audit', { query: {} }),
  'audit of all, last page': (client) => client.call('audit', { query: { after: '40' } }),
};

/** Of one whose supervisor and edge run on this machine. */
const liveHere: Readonly<Record<string, View>> = {
  'status, live here': (client, integration) => client.call('status', { params: { integration } }),
  'checklist, live here': (client, integration) =>
    client.call('checklist', { params: { integration }, query: {} }),
  'rollback readiness, live here': (client, integration) =>
    client.call('rollbackReadiness', { params: { integration, environment: 'production' }, query: {} }),
};

const stage = await openEngineStage();
try {
  await measure(stage);
} finally {
  await stage[Symbol.asyncDispose]();
}

async function measure(engine: EngineStage): Promise<void> {
  const { bed, connectionString } = engine;
  const key = await shippedTemplate(engine);
  await bed.engine.stop();
  const database = new Client({ connectionString });
  await database.connect();
  const rows: string[][] = [];
  let count = 1;
  try {
    for (const size of sizes) {
      process.stderr.write(`\r  ${size} integrations `);
      await cloneIntegration(database, key, { from: count, to: size });
      await lengthen(database, `${key}-1`, size);
      count = size;
      rows.push(...(await rowsOf(connectionString, key, size)));
    }
  } finally {
    await database.end();
  }
  process.stderr.write('\r');
  printTable(`bench/scale: ${callsOfEach} calls of each view`, [
    ['', 'integrations', 'runs', 'p50', 'p95', 'max'],
    ...rows.toSorted(([a = ''], [b = '']) => a.localeCompare(b)),
  ]);
}

/** A real integration that went ten times to production, with approvals on the way. */
async function shippedTemplate(engine: EngineStage): Promise<string> {
  const policy = { approval: { count: 1, approvers: ['ops@example.com'] } };
  const scene = engine.scene([{ name: 'dev' }, { name: 'staging' }, { name: 'production', policy }]);
  for (let run = 1; run <= runsOfEach; run += 1) await shipApproved(scene);
  return scene.key;
}

async function shipApproved(scene: Scene): Promise<void> {
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  await scene.untilState(id, 'succeeded');
}

/** Gives an integration `count` runs, by copies of its last one. */
async function lengthen(database: Client, integration: string, count: number): Promise<void> {
  const { rows } = await database.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = 'app' and table_name = 'run' and column_name not in ('id', 'number')`,
  );
  const list = rows.map(({ name }) => `"${name}"`).join(', ');
  await database.query(
    `insert into app.run (id, number, ${list})
     select $1 || '-' || next, next, ${list} from generate_series(${runsOfEach + 1}, $2::integer) as next, app.run
     where id = $1 || '-${runsOfEach}' on conflict do nothing`,
    [integration, count],
  );
  await database.query('analyze app.run');
}

/** Ships one twice, so that there is something to go back to. */
async function shipHere(home: BenchHome, key: string): Promise<string> {
  const repository = scratchRepository(join(home.folder, 'hello'), {
    'deployer.yaml': stringify({ ...helloSpec(), integration: { key } }),
    [helloFile]: helloProgram(),
  });
  for (const version of ['1', '2']) {
    runGit(repository, 'add', '--all');
    runGit(repository, 'commit', '-q', '--allow-empty', '-m', version);
    await home.read(repository.folder, 'ship');
  }
  return key;
}

interface Asking {
  readonly client: ApiClient;
  readonly integration: () => string;
}

async function timesOf(all: typeof views, { client, integration }: Asking): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [name, call] of Object.entries(all)) {
    const times: number[] = [];
    for (let count = 0; count < callsOfEach; count += 1) {
      const asked = integration();
      const startedAt = performance.now();
      await call(client, asked);
      times.push(performance.now() - startedAt);
    }
    rows.push([name, ...[0.5, 0.95, 1].map((q) => `${quantile(times, q).toFixed(0)} ms`)]);
  }
  return rows;
}

async function rowsOf(connectionString: string, key: string, size: number): Promise<string[][]> {
  const home = await openBenchHome(connectionString);
  try {
    const here = await shipHere(home, `here-${size}`);
    const file: unknown = JSON.parse(await readFile(join(home.root, 'server.json'), 'utf8'));
    const { socket, pid } = serverFile.parse(file);
    const client = apiClient({ socketPath: socket, actor: null });
    const anyOf = (): string => `${key}-${Math.floor(Math.random() * (size - 1)) + 1}`;
    const rows = [
      ...(await timesOf(views, { client, integration: anyOf })),
      ...(await timesOf(longLists, { client, integration: () => `${key}-1` })),
      ...(await timesOf(liveHere, { client, integration: () => here })),
    ];
    const megabytes = (memoryBytes([pid]) / 1024 / 1024).toFixed(0);
    await client.close();
    return [...rows, ['the server’s memory', `${megabytes} MiB`, '', '']].map(([name = '', ...figures]) => [
      name,
      String(size),
      String(size * runsOfEach),
      ...figures,
    ]);
  } finally {
    await home.close();
  }
}
