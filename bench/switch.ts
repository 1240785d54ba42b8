// Switches and rollbacks under continuous load: does any request fail, is any answered by the wrong deployment, and how
// long does a switch take? Usage: node bench/switch.ts [quick]
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { ReleasesView, RollbackView, RunView, StatusView } from '../src/api/views.ts';
import { runGit, scratchRepository, writeFiles } from '../test/scratch-repository.ts';
import { helloFile, helloProgram, helloSpec } from '../test/harness/hello.ts';
import { stringify } from 'yaml';
import { type BenchHome, openBenchHome } from './bench-home.ts';
import {
  beginChange,
  endChange,
  endLoad,
  type LiveBoard,
  liveBoard,
  requestsSoFar,
} from './load/live-board.ts';
import type { LoadCount, LoadOrder } from './load/load-thread.ts';
import { printTable, quantile } from './table.ts';

const isQuick = process.argv.includes('quick');
const rounds = isQuick ? 4 : 20;
/** The load goes on after the last rollback until it has sent this many. */
const leastRequests = isQuick ? 10_000 : 200_000;
const threads = 2;

const home = await openBenchHome();
try {
  await measure(home);
} finally {
  await home.close();
}

async function measure(bench: BenchHome): Promise<void> {
  const folder = join(bench.folder, 'hello');
  const first = commit(folder, 'first');
  await bench.read(folder, 'ship', '--commit', first);
  const second = commit(folder, 'second');
  const address = await production(bench, folder);
  const board = liveBoard();
  endChange(board, numberOf(address.live));
  const load = startLoad({ origin: address.url, caFile: address.caFile, keepAlive: 12, fresh: 2, board });
  const switches: number[] = [];
  const rollbacks: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    if (round > 1) await lift(bench, folder);
    beginChange(board);
    const { run } = await bench.read<{ run: string }>(folder, 'ship', '--commit', second);
    endChange(board, numberOf((await production(bench, folder)).live));
    switches.push(switchMsOf(await bench.read<RunView>(folder, 'run', run)));
    beginChange(board);
    const back = await bench.read<RollbackView>(folder, 'rollback', 'production');
    endChange(board, numberOf(back.to));
    rollbacks.push(back.switchMs);
    process.stderr.write(`\r  round ${round} of ${rounds} `);
  }
  const { count, seconds } = await load.until(leastRequests);
  report({ count, seconds, switches, rollbacks });
}

function commit(folder: string, says: string): string {
  const repository = { kind: 'working' as const, folder };
  const spec = helloSpec({
    production: { approval: { none: 'a benchmark' }, replicas: 2, keepPrevious: '15s' },
  });
  const files = { 'deployer.yaml': stringify(spec), [helloFile]: helloProgram({ says }) };
  if (says === 'first') scratchRepository(folder, {});
  writeFiles(repository, files);
  runGit(repository, 'add', '--all');
  runGit(repository, 'commit', '-q', '-m', says);
  return runGit(repository, 'rev-parse', 'HEAD').trim();
}

async function production(
  bench: BenchHome,
  folder: string,
): Promise<{ readonly url: string; readonly caFile: string; readonly live: string }> {
  const { environments } = await bench.read<StatusView>(folder, 'status');
  const [environment] = environments;
  const { url, caFile, live } = environment ?? { url: null, caFile: null, live: null };
  if (live === null || url === null || caFile === null) throw new Error('production is not live');
  return { url, caFile, live: live.deployment };
}

/** A rollback holds what it left; shipping it again is the benchmark's business. */
async function lift(bench: BenchHome, folder: string): Promise<void> {
  const { releases } = await bench.read<ReleasesView>(folder, 'releases');
  for (const { release, holds } of releases) {
    if (holds.length > 0) await bench.read(folder, 'unhold', release, '--reason', 'next round');
  }
}

function numberOf(deployment: string): number {
  return Number(deployment.split('-').at(-1));
}

/** The figure in the switch stage's sentence: "production-1 -> production-2 in 21 ms". */
function switchMsOf({ stages }: RunView): number {
  const reason = stages.find(({ name }) => name === 'switch')?.reason ?? '';
  return Number(/(\d+) ms/.exec(reason)?.[1]);
}

interface Load {
  /** Goes on until at least so many requests were sent, then ends. */
  until(requests: number): Promise<{ readonly count: LoadCount; readonly seconds: number }>;
}

function startLoad(order: LoadOrder & { readonly board: LiveBoard }): Load {
  const startedAt = performance.now();
  const counts = Array.from({ length: threads }, () => threadCount(order));
  return {
    async until(requests) {
      while (requestsSoFar(order.board) < requests) await delay(200);
      endLoad(order.board);
      const all = await Promise.all(counts);
      return { count: sum(all), seconds: (performance.now() - startedAt) / 1000 };
    },
  };
}

function threadCount(order: LoadOrder): Promise<LoadCount> {
  const worker = new Worker(new URL('./load/load-thread.ts', import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function sum(counts: readonly LoadCount[]): LoadCount {
  const total: LoadCount = { requests: 0, failed: 0, wrong: 0, problems: {}, deployments: {} };
  for (const count of counts) {
    total.requests += count.requests;
    total.failed += count.failed;
    total.wrong += count.wrong;
    for (const [key, value] of Object.entries(count.problems))
      total.problems[key] = (total.problems[key] ?? 0) + value;
    for (const [key, value] of Object.entries(count.deployments)) {
      total.deployments[key] = (total.deployments[key] ?? 0) + value;
    }
  }
  return total;
}

interface Report {
  readonly count: LoadCount;
  readonly seconds: number;
  readonly switches: readonly number[];
  readonly rollbacks: readonly number[];
}

function report({ count, seconds, switches, rollbacks }: Report): void {
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    String(values.length),
    ...[0.5, 0.95, 1].map((q) => `${quantile(values, q).toFixed(0)} ms`),
  ];
  process.stderr.write('\r');
  printTable('bench/switch: blue-green under load, HTTPS, keep-alive and fresh connections', [
    ['', 'times', 'p50', 'p95', 'max'],
    row('switch (ship)', switches),
    row('rollback while warm', rollbacks),
  ]);
  printTable(
    `${count.requests} requests in ${seconds.toFixed(0)} s, ${(count.requests / seconds).toFixed(0)}/s`,
    [
      ['failed', String(count.failed)],
      ['answered by a deployment that was not live', String(count.wrong)],
      ['deployments that answered', String(Object.keys(count.deployments).length)],
    ],
  );
  for (const [problem, times] of Object.entries(count.problems)) console.log(`  ${times} x ${problem}`);
  if (count.failed > 0 || count.wrong > 0 || count.requests < leastRequests) process.exitCode = 1;
}
