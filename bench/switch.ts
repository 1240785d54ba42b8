// Switches and rollbacks under continuous load: does any request fail, is any answered by the wrong deployment, and how
// long does a switch take? Usage: node bench/switch.ts [quick]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ReleasesView } from '../src/api/views/releases.ts';
import type { RollbackView } from '../src/api/views/rollback.ts';
import type { RunView } from '../src/api/views/runs.ts';
import type { StatusView } from '../src/api/views/status.ts';
import { runGit, scratchRepository, writeFiles } from '../test/scratch-repository.ts';
import { helloFile, helloSpec } from '../test/harness/hello.ts';
import { stringify } from 'yaml';
import { type BenchHome, openBenchHome } from './bench-home.ts';
import { beginChange, endChange, liveBoard } from './load/live-board.ts';
import { type LoadEnd, startLoad } from './load/load.ts';
import { benchProgram, takenByWrongWorker, workerProgram } from './load/program.ts';
import { printTable, quantile } from './table.ts';

const isQuick = process.argv.includes('quick');
const rounds = isQuick ? 1 : 20;
/** The load goes on after the last rollback until it has sent this many. */
const leastRequests = isQuick ? 10_000 : 1_000_000;
/** Of streams and sockets, across switches. */
const holdSeconds = isQuick ? 3 : 15;

const home = await openBenchHome();
try {
  await measure(home);
} finally {
  await home.close();
}

async function measure(bench: BenchHome): Promise<void> {
  const folder = join(bench.folder, 'hello');
  const first = commit(bench, folder, 'first');
  await bench.read(folder, 'ship', '--commit', first);
  const second = commit(bench, folder, 'second');
  const address = await production(bench, folder);
  const board = liveBoard();
  endChange(board, numberOf(address.live));
  const clients = {
    keepAlive: isQuick ? 4 : 12,
    fresh: 2,
    threads: 2,
    held: { streams: 20, sockets: 20, holdMs: holdSeconds * 1000 },
  };
  const load = startLoad({ origin: address.url, caFile: address.caFile, board, ...clients });
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
  const end = await load.until(leastRequests);
  const messages = takenByWrongWorker(await readFile(messagesFile(bench), 'utf8'));
  report({ ...end, messages, switches, rollbacks });
}

function messagesFile({ folder }: BenchHome): string {
  return join(folder, 'messages');
}

function commit(bench: BenchHome, folder: string, says: string): string {
  const repository = { kind: 'working' as const, folder };
  const { components, ...spec } = helloSpec({
    production: {
      approval: { none: 'a benchmark' },
      components: { web: { replicas: 2 } },
      keepPrevious: '30s',
    },
  });
  const digest = {
    role: 'worker',
    path: 'digest',
    run: 'node main.mjs',
    health: { seconds: 1 },
    env: { MESSAGES: messagesFile(bench) },
  };
  const files = {
    'deployer.yaml': stringify({ ...spec, components: { ...components, digest } }),
    [helloFile]: benchProgram(says),
    'digest/main.mjs': workerProgram,
  };
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

interface Report extends LoadEnd {
  readonly messages: ReturnType<typeof takenByWrongWorker>;
  readonly switches: readonly number[];
  readonly rollbacks: readonly number[];
}

function report({ count, held, messages, seconds, switches, rollbacks }: Report): void {
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
      [
        `streams and sockets, held for ${holdSeconds} s each`,
        String((held?.streams ?? 0) + (held?.sockets ?? 0)),
      ],
      ['cut off', String(held?.cut ?? 0)],
      ['moved to another deployment', String(held?.moved ?? 0)],
      ['messages taken by workers', String(messages.messages)],
      ['taken by a wrong one', String(messages.wrong)],
    ],
  );
  const problems = [...Object.entries(count.problems), ...Object.entries(held?.problems ?? {})];
  for (const [problem, times] of problems) console.log(`  ${times} x ${problem}`);
  const wrong = count.failed + count.wrong + (held?.cut ?? 0) + (held?.moved ?? 0) + messages.wrong;
  if (wrong > 0 || count.requests < leastRequests) process.exitCode = 1;
}
