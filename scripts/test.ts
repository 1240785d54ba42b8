// `npm test`: every lane of tests in order, and one line about each at the end. A lane that lacks something on this
// machine is skipped with the reason; DEPLOYER_REQUIRE=<lane,lane> makes it fail instead. The last line is the sum.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromiumPath } from './chromium-path.ts';

/** A project of `vitest.config.ts`. */
interface Lane {
  readonly name: string;
  readonly about: string;
  /** What this machine does not have; null when it has everything. */
  readonly lacks: () => string | null;
}

const lanes: readonly Lane[] = [
  { name: 'unit', about: 'what needs nothing', lacks: () => null },
  { name: 'slow', about: 'servers, edges and databases of its own', lacks: () => null },
  {
    name: 'python',
    about: 'an integration with components in Python',
    lacks: () => lackOf('python3', '--version'),
  },
  {
    name: 'registry',
    about: 'what npm brings: the demo, a published server, this package',
    lacks: () => lackOf('npm', 'ping', '--no-update-notifier'),
  },
  { name: 'browser', about: 'pages in a browser', lacks: lackOfBrowser },
  { name: 'tmpfs', about: 'a disk that is full', lacks: lackOfMount },
];

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface LaneResult extends Counts {
  readonly lane: string;
  readonly says: string;
}

const laneDeadlineMs = 60 * 60_000;

process.exitCode = await main(process.argv.slice(2));

async function main(only: readonly string[]): Promise<number> {
  const required = (process.env['DEPLOYER_REQUIRE'] ?? '').split(',').filter((name) => name !== '');
  const unknown = [...required, ...only].find((name) => !lanes.some((lane) => lane.name === name));
  if (unknown !== undefined) {
    console.error(`There is no lane ${unknown}; there are ${lanes.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const results: LaneResult[] = [];
  for (const lane of lanes.filter(({ name }) => only.length === 0 || only.includes(name))) {
    results.push(await runLane(lane, required.includes(lane.name)));
  }
  const width = Math.max(...results.map(({ lane }) => lane.length));
  console.log('');
  for (const { lane, failed, passed, says } of results) {
    const mark = failed > 0 ? '✗' : passed > 0 ? '✓' : '-';
    console.log(`${mark} ${lane.padEnd(width)}  ${says}`);
  }
  const sum = (of: keyof Counts): number => results.reduce((total, result) => total + result[of], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') === 0 ? 0 : 1;
}

/** A lane that is skipped counts as one skipped test, one that is missing as one that failed. */
async function runLane({ name, about, lacks }: Lane, isRequired: boolean): Promise<LaneResult> {
  const lack = lacks();
  if (lack !== null && isRequired) {
    return { lane: name, passed: 0, failed: 1, skipped: 0, says: `required, but ${lack}` };
  }
  if (lack !== null)
    return { lane: name, passed: 0, failed: 0, skipped: 1, says: `skipped: ${lack} (${about})` };
  const startedAt = performance.now();
  const counts = await runVitest(name);
  const { passed, failed, skipped } = counts;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  return {
    lane: name,
    ...counts,
    says: `${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s`,
  };
}

async function runVitest(project: string): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-lane-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const exitCode = await run(['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...reporters]);
    const counts = countsOf(report);
    // A worker that died, or an error outside a test, shows in nothing but the exit code.
    return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What vitest's JSON reporter writes, as far as it is used here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

function countsOf(file: string): Counts {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    // It ended before it could write: the lines above say why.
    return { passed: 0, failed: 1, skipped: 0 };
  }
  // A file that could not be loaded, or whose clean-up failed, has no test that says so.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit', timeout: laneDeadlineMs });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function lackOf(program: string, ...args: readonly string[]): string | null {
  const { error, status } = spawnSync(program, args, { timeout: 60_000, stdio: 'ignore' });
  if (error !== undefined) return `${program} does not run here`;
  return status === 0 ? null : `\`${[program, ...args].join(' ')}\` fails here`;
}

function lackOfBrowser(): string | null {
  return chromiumPath() === null ? 'no Chromium is here; DEPLOYER_CHROMIUM names one elsewhere' : null;
}

function lackOfMount(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-mount-'));
  try {
    const { status } = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' });
    if (status !== 0) return 'this user may not mount a file system';
    spawnSync('umount', [folder], { stdio: 'ignore' });
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
