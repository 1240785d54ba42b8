// What Deployer itself costs a run: its own time on the way to production, stages per second of its engine beside the
// durable engine alone on the same database, and runs that are parked at a gate. Usage: node bench/run.ts [quick]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { findRun } from '../src/store/runs.ts';
import { startTestPostgres, type TestPostgres } from '../test/harness/database.ts';
import { type EngineStage, openEngineStage, type Scene } from '../test/harness/engine-scene.ts';
import { ownTime } from './load/own-time.ts';
import { memoryBytes } from './process-figures.ts';
import { printTable, quantile } from './table.ts';

const isQuick = process.argv.includes('quick');
const ships = isQuick ? 1 : 10;
const concurrent = isQuick ? 10 : 200;
const parked = isQuick ? 20 : 10_000;
const wakes = isQuick ? 5 : 100;
const together = 100;

await ownTime(ships);
{
  await using stage = await openEngineStage();
  await engineRate(stage);
  await parkedRuns(stage);
}
// The durable engine sleeps up to half a minute for each run that is still parked, whoever has stopped it.
process.exit();

async function engineRate(stage: EngineStage): Promise<void> {
  const scenes = Array.from({ length: concurrent }, () => stage.scene([{ name: 'dev' }]));
  const startedAt = performance.now();
  const runs = await inTurns(scenes, async (scene) => ({ scene, run: await scene.ship() }));
  for (const { scene, run } of runs) await scene.untilState(run.id, 'succeeded');
  const seconds = (performance.now() - startedAt) / 1000;
  const [first] = runs;
  const stages = first?.run.plan.stages.length ?? 0;
  // Each stage, and taking the environment, leaving it and the end.
  const steps = stages + 3;
  const own = (concurrent * steps) / seconds;
  await using postgres = await startTestPostgres();
  const bare = await bareRate(postgres, steps);
  printTable(`bench/run: ${concurrent} runs at once, ${steps} durable steps each`, [
    ['', 'steps/s'],
    ['the durable engine alone, steps that do nothing', bare.toFixed(0)],
    ['Deployer, stages with their events, verdicts and evidence', own.toFixed(0)],
    ['ratio', (own / bare).toFixed(2)],
  ]);
}

async function bareRate(postgres: TestPostgres, steps: number): Promise<number> {
  const program = join(import.meta.dirname, 'load/bare-engine.ts');
  const connectionString = await postgres.createEmptyDatabase();
  const args = [program, connectionString, String(concurrent), String(steps)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 300_000 });
  if (!Number.isFinite(Number(stdout)) || stdout === '') throw new Error(`the engine alone:\n${stderr}`);
  return Number(stdout);
}

/** Runs that wait for an approval: what they cost, and how soon one goes on when it has it. */
async function parkedRuns(stage: EngineStage): Promise<void> {
  const policy = { approval: { count: 1, approvers: ['ops@example.com'] } };
  const scenes = Array.from({ length: parked }, () => stage.scene([{ name: 'production', policy }]));
  const before = memoryBytes([process.pid]);
  const runs = await inTurns(scenes, async (scene) => {
    const { id } = await scene.ship();
    await scene.untilWaiting(id, 'approval');
    return { scene, id };
  });
  const after = memoryBytes([process.pid]);
  const every = Math.max(1, Math.floor(runs.length / wakes));
  const times: number[] = [];
  for (const { scene, id } of runs.filter((_, index) => index % every === 0)) {
    times.push(await timeToWake(scene, id));
  }
  printTable(`bench/run: ${parked} runs parked at an approval`, [
    ['', ''],
    ['memory of the server for each', `${((after - before) / parked / 1024).toFixed(1)} KiB`],
    ['from the approval until the run goes on, p50', `${quantile(times, 0.5).toFixed(0)} ms`],
    ['p95', `${quantile(times, 0.95).toFixed(0)} ms`],
  ]);
}

async function timeToWake(scene: Scene, id: string): Promise<number> {
  const { db } = scene.bed.parts.database;
  const startedAt = performance.now();
  await scene.approve(id);
  while ((await findRun(db, id)).waiting !== null) {
    // Looked at without a pause, so that the time is the engine's.
  }
  return performance.now() - startedAt;
}

/** Does `work` for all, a hundred at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += together) {
    process.stderr.write(`\r  ${from} of ${items.length} `);
    results.push(...(await Promise.all(items.slice(from, from + together).map(work))));
  }
  process.stderr.write(`\r${' '.repeat(40)}\r`);
  return results;
}
