// How long a user waits for a server: in an empty home, in one that has been used, and with one that runs. Each is
// compared in the same round with what it cannot do without: a process of Node, and a PostgreSQL that is set up and
// started by the same launcher. Usage: node bench/start.ts [quick]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { openBenchHome } from './bench-home.ts';
import { printTable, quantile } from './table.ts';

const rounds = process.argv.includes('quick') ? 1 : 7;
const launcher = join(import.meta.dirname, 'load/start-postgres.ts');

const bare: number[] = [];
const database = { first: [] as number[], later: [] as number[] };
const deployer = { first: [] as number[], later: [] as number[], running: [] as number[] };

for (let round = 1; round <= rounds; round += 1) {
  process.stderr.write(`\r  round ${round} of ${rounds} `);
  bare.push(timed(() => node(['-e', '0'])));
  await databaseRound();
  await deployerRound();
}
process.stderr.write('\r');
printTable('bench/start: from the command to its answer, medians', [
  ['', 'Deployer', 'its floor', 'ratio', 'the floor is'],
  row(
    'first, in an empty home',
    deployer.first,
    add(bare, database.first),
    'Node + PostgreSQL set up and started',
  ),
  row('later, nothing running', deployer.later, add(bare, database.later), 'Node + PostgreSQL started'),
  row('with a running server', deployer.running, bare, 'Node'),
]);

/** PostgreSQL alone, by the launcher that a server uses, without the process of Node around it. */
async function databaseRound(): Promise<void> {
  const home = await openBenchHome();
  try {
    for (const times of [database.first, database.later]) {
      const { stdout } = node([launcher, home.root]);
      times.push(Number(stdout));
    }
  } finally {
    await home.close();
  }
}

async function deployerRound(): Promise<void> {
  const home = await openBenchHome();
  const ask = (): Promise<unknown> => home.read(home.folder, 'runs', '--integration', 'none');
  try {
    deployer.first.push(await timedAsync(ask));
    deployer.running.push(await timedAsync(ask));
    await home.read(home.folder, 'stop', '--all');
    deployer.later.push(await timedAsync(ask));
  } finally {
    await home.close();
  }
}

function node(args: readonly string[]) {
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 });
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

async function timedAsync(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function add(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, index) => value + (b[index] ?? 0));
}

function row(
  name: string,
  own: readonly number[],
  floor: readonly number[],
  what: string,
): readonly string[] {
  const [mine, least] = [quantile(own, 0.5), quantile(floor, 0.5)];
  return [name, `${mine.toFixed(0)} ms`, `${least.toFixed(0)} ms`, (mine / least).toFixed(1), what];
}
