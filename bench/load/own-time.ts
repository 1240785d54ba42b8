import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stringify } from 'yaml';

import type { AuditView } from '../../src/api/views/audit.ts';
import type { RunView } from '../../src/api/views/runs.ts';
import { helloFile, helloProgram, helloSpec } from '../../test/harness/hello.ts';
import { runGit, scratchRepository } from '../../test/scratch-repository.ts';
import { type BenchHome, openBenchHome, type RunResult } from '../bench-home.ts';
import { printTable, quantile } from '../table.ts';

const person = 'ops@example.com';
const loadSeconds = 1;
const watchSeconds = 1;
/** A load test warms up for a fifth of its time, which is load as well. */
const askedMs = { performance: 1200 * loadSeconds, watch: 1000 * watchSeconds };

/** Every kind of stage: suites, load, rehearsal and UAT on the way, an approval, and a watch at the end. */
function everyStage(): object {
  const gates = ['smoke', 'performance', 'rollback-rehearsal'];
  const load = { path: '/', rate: 20, durationSeconds: loadSeconds };
  return {
    ...helloSpec({
      dev: { gates: ['smoke', 'uat'], uat: { testers: [person] } },
      staging: { gates },
      production: {
        gates: ['smoke', 'rollback-rehearsal'],
        approval: { approvers: [person] },
        watch: { seconds: watchSeconds, minRequests: 5, errorRate: 0.5 },
      },
    }),
    tests: {
      unit: { run: 'true' },
      smoke: { run: 'true', writes: false },
      performance: { load, limits: { errorRate: 0.5 } },
    },
  };
}

/**
 * A whole run with programs that start in milliseconds, less what is not Deployer's: the programs, the seconds of load
 * and watch, and the time until people have decided.
 */
export async function ownTime(ships: number): Promise<void> {
  const home = await openBenchHome();
  try {
    const folder = join(home.folder, 'hello');
    const spec = everyStage();
    const repository = scratchRepository(folder, {
      'deployer.yaml': stringify(spec),
      [helloFile]: helloProgram(),
    });
    const stages = new Map<string, number[]>();
    const totals: number[] = [];
    const people: number[] = [];
    for (let ship = 0; ship <= ships; ship += 1) {
      runGit(repository, 'add', '--all');
      runGit(repository, 'commit', '-q', '--allow-empty', '-m', `ship ${ship}`);
      const { run } = await followed(home, folder, ['ship'], 'uat');
      await home.readAs(person, folder, 'uat', 'pass', run);
      await followed(home, folder, ['run', run, '--follow'], 'approval');
      await home.readAs(person, folder, 'approve', run);
      await followed(home, folder, ['run', run, '--follow'], null);
      const view = await home.read<RunView>(folder, 'run', run);
      // The first one starts the server and three edges.
      if (ship === 0) continue;
      const { entries } = await home.read<AuditView>(folder, 'audit');
      const times = byStage(view, entries);
      totals.push(spent(view));
      people.push(times.people);
      for (const [name, ms] of times.stages) stages.set(name, [...(stages.get(name) ?? []), ms]);
    }
    const start = quantile(
      Array.from({ length: 5 }, () => startOf(join(folder, helloFile))),
      0.5,
    );
    const others = 3 * start + askedMs.performance + askedMs.watch;
    const own =
      quantile(
        totals.map((total, index) => total - (people[index] ?? 0)),
        0.5,
      ) - others;
    printTable(`bench/run: ${ships} runs through every kind of stage to production, medians`, [
      ['', 'time'],
      ['from the beginning to the end', `${quantile(totals, 0.5).toFixed(0)} ms`],
      ['until people had decided, twice', `${quantile(people, 0.5).toFixed(0)} ms`],
      ['load with its warm-up, and watch', `${askedMs.performance + askedMs.watch} ms`],
      ['a component to become ready, by itself, three times', `${(3 * start).toFixed(0)} ms`],
      ['Deployer’s own time', `${own.toFixed(0)} ms`],
      ...[...stages].map(([name, times]) => [`  ${name}`, `${quantile(times, 0.5).toFixed(0)} ms`]),
    ]);
  } finally {
    await home.close();
  }
}

function spent({ startedAt, endedAt }: RunView): number {
  return Date.parse(endedAt ?? '') - Date.parse(startedAt);
}

/**
 * Milliseconds by name of stage, all environments together, without what the file asks for; of a stage that waits for
 * people, from their decision on.
 */
function byStage(
  { run, stages }: RunView,
  entries: AuditView['entries'],
): { readonly stages: ReadonlyMap<string, number>; readonly people: number } {
  const times = new Map<string, number>();
  let people = 0;
  for (const { name, startedAt, endedAt } of stages) {
    const action = decidedBy[name];
    const decided = entries.find((entry) => entry.subject === run && entry.action === action);
    const beganMs = Date.parse(startedAt ?? '');
    const fromMs = decided === undefined ? beganMs : Date.parse(decided.at);
    people += fromMs - beganMs;
    const ms =
      Date.parse(endedAt ?? '') - fromMs - (name === 'performance' || name === 'watch' ? askedMs[name] : 0);
    times.set(name, (times.get(name) ?? 0) + ms);
  }
  return { stages: times, people };
}

const decidedBy: Readonly<Record<string, string>> = { uat: 'uat-pass', approval: 'approve' };

/** @param waitsFor null: it is to succeed */
async function followed(
  home: BenchHome,
  folder: string,
  args: readonly string[],
  waitsFor: 'uat' | 'approval' | null,
): Promise<RunResult> {
  const result = await home.follow(folder, ...args);
  const { state, waiting, reason } = result;
  if ((waiting?.kind ?? null) === waitsFor && (waitsFor !== null || state === 'succeeded')) return result;
  throw new Error(`${result.run}: ${waiting?.reason ?? reason ?? state}`);
}

/** From starting the program to its first answer; it ends as soon as it listens. */
function startOf(program: string): number {
  const text = `process.env.PORT = '0'; process.env.HOST = '127.0.0.1'; const log = console.log;
    console.log = (line) => { log(line); process.exit(0); }; await import(${JSON.stringify(program)});`;
  const startedAt = performance.now();
  spawnSync(process.execPath, ['--input-type=module', '-e', text], { timeout: 30_000 });
  return performance.now() - startedAt;
}
