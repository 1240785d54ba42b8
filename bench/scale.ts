// How the views that people wait for grow with what a server has to remember: integrations of three environments, each
// with ten runs, up to 10,000 integrations and 100,000 runs. Usage: node bench/scale.ts [quick]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

import { type ApiClient, apiClient } from '../src/api/client.ts';
import { serverFile } from '../src/api/server-file.ts';
import { type EngineStage, openEngineStage, type Scene } from '../test/harness/engine-scene.ts';
import { openBenchHome } from './bench-home.ts';
import { cloneIntegration } from './load/clone-integration.ts';
import { memoryBytes } from './process-figures.ts';
import { printTable, quantile } from './table.ts';

const isQuick = process.argv.includes('quick');
const sizes = isQuick ? [10, 100] : [100, 1000, 10_000];
const runsOfEach = 10;
const callsOfEach = isQuick ? 20 : 200;

const views: Readonly<Record<string, (client: ApiClient, integration: string) => Promise<unknown>>> = {
  status: (client, integration) => client.call('status', { params: { integration } }),
  runs: (client, integration) => client.call('runs', { params: { integration }, query: {} }),
  run: (client, integration) => client.call('run', { params: { run: `${integration}-5` } }),
  releases: (client, integration) => client.call('releases', { params: { integration }, query: {} }),
  decisions: (client, integration) => client.call('decisions', { params: { integration } }),
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
      count = size;
      rows.push(...(await rowsOf(connectionString, key, size)));
    }
  } finally {
    await database.end();
  }
  process.stderr.write('\r');
  printTable(`bench/scale: ${callsOfEach} calls of each view, to integrations chosen at random`, [
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

async function rowsOf(connectionString: string, key: string, size: number): Promise<string[][]> {
  const home = await openBenchHome(connectionString);
  try {
    await home.read(home.folder, 'runs', '--integration', key);
    const file: unknown = JSON.parse(await readFile(join(home.root, 'server.json'), 'utf8'));
    const { socket, pid } = serverFile.parse(file);
    const client = apiClient({ socketPath: socket, actor: null });
    const rows: string[][] = [];
    for (const [name, call] of Object.entries(views)) {
      const times: number[] = [];
      for (let count = 0; count < callsOfEach; count += 1) {
        const integration = `${key}-${Math.floor(Math.random() * (size - 1)) + 1}`;
        const startedAt = performance.now();
        await call(client, integration);
        times.push(performance.now() - startedAt);
      }
      const figures = [0.5, 0.95, 1].map((q) => `${quantile(times, q).toFixed(0)} ms`);
      rows.push([name, String(size), String(size * runsOfEach), ...figures]);
    }
    const megabytes = (memoryBytes([pid]) / 1024 / 1024).toFixed(0);
    rows.push(['the server’s memory', String(size), String(size * runsOfEach), `${megabytes} MiB`, '', '']);
    await client.close();
    return rows;
  } finally {
    await home.close();
  }
}
