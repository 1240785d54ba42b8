// What a finished demo costs while nobody uses it: Triage Desk in three environments, live and warm. CPU of each part
// as a share of one core, and its memory (PSS). Linux only. Usage: node bench/idle.ts [quick]
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

import { callerEnv } from '../src/core/pipeline/caller-env.ts';
import { startCommand } from '../test/harness/command-line.ts';
import { cpuNanoseconds, memoryBytes, treeOf } from './process-figures.ts';
import { printTable } from './table.ts';

const settleMs = 20_000;
const windowMs = process.argv.includes('quick') ? 20_000 : 120_000;

const RecordedProcess = z.union([
  z.object({ pid: z.int() }),
  z.object({ process: z.object({ pid: z.int() }) }),
]);

const supervisors = 'supervisors';

interface Part {
  readonly name: string;
  readonly roots: readonly number[];
}

const folder = await realpath(await mkdtemp(join(tmpdir(), 'deployer-idle-')));
const env = { ...callerEnv(process.env), TMPDIR: folder };
try {
  const demo = await startCommand(['demo'], { cwd: folder, env }).ended;
  if (demo.code !== 0) throw new Error(`the demo ended with ${demo.code}:\n${demo.out}${demo.err}`);
  await measure(await homeOfDemo());
} finally {
  const home = await homeOfDemo();
  await startCommand(['stop', '--all'], { cwd: folder, env: { ...env, DEPLOYER_HOME: home } }).ended;
  await rm(folder, { recursive: true, force: true });
}

async function homeOfDemo(): Promise<string> {
  const name = (await readdir(folder)).find((each) => each.startsWith('deployer-demo-'));
  if (name === undefined) throw new Error('the demo made no home');
  return join(folder, name, 'home');
}

async function measure(home: string): Promise<void> {
  await delay(settleMs);
  const parts = await partsOf(home);
  const all = new Set(parts.flatMap(({ roots }) => roots));
  const trees = parts.flatMap(({ name, roots }) => {
    const pids = roots.flatMap((root) => treeOf(root, all));
    if (name !== supervisors) return [{ name, pids }];
    return [
      { name, pids: roots },
      { name: 'components', pids: pids.filter((pid) => !all.has(pid)) },
    ];
  });
  const before = new Map(trees.flatMap(({ pids }) => pids).map((pid) => [pid, cpuNanoseconds([pid])]));
  await delay(windowMs);
  const rows = trees.map(({ name, pids }) => {
    // What has ended meanwhile, a session of the database, counts no more.
    const spent = pids.map((pid) => Math.max(0, cpuNanoseconds([pid]) - (before.get(pid) ?? 0)));
    const share = spent.reduce((sum, each) => sum + each, 0) / (windowMs * 1e6);
    return { name, processes: pids.length, share, bytes: memoryBytes(pids) };
  });
  const total = rows.reduce(
    (sum, row) => ({
      name: 'all',
      processes: sum.processes + row.processes,
      share: sum.share + row.share,
      bytes: sum.bytes + row.bytes,
    }),
    { name: 'all', processes: 0, share: 0, bytes: 0 },
  );
  printTable(`bench/idle: the demo, live and warm, unused for ${windowMs / 1000} s`, [
    ['', 'processes', 'CPU (% of a core)', 'memory (PSS)'],
    ...[...rows, total].map(({ name, processes, share, bytes }) => [
      name,
      String(processes),
      (share * 100).toFixed(2),
      `${(bytes / 1024 / 1024).toFixed(0)} MiB`,
    ]),
  ]);
}

/** The trees of processes below those that the home's records name. */
async function partsOf(home: string): Promise<readonly Part[]> {
  const files = await readdir(home, { recursive: true });
  const named = (name: string): readonly string[] =>
    files.filter((file) => file.endsWith(name)).map((file) => join(home, file));
  const pids = async (paths: readonly string[]): Promise<readonly number[]> => {
    const records = await Promise.all(
      paths.map(async (path) => RecordedProcess.parse(JSON.parse(await readFile(path, 'utf8')))),
    );
    return records.map((record) => ('pid' in record ? record.pid : record.process.pid));
  };
  const database = await pids(named('database.json'));
  const server = await pids(named('server.json'));
  return [
    { name: 'server', roots: server },
    { name: 'database', roots: database },
    { name: 'edges', roots: await pids(named('/edge.json')) },
    { name: supervisors, roots: await pids(named('/supervisor.json')) },
  ];
}
