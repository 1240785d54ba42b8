// `npm run test:kill`: kills every process at every named point where it makes sense, takes the database away there,
// fills the disk and sets the clock, as many at a time as there are cores, and prints a table. To go on after a
// failure, `npm run test:kill -- "switch" "/ edge"` does what has one of these in its name.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const deadlineMs = 4 * 60 * 60_000;
const files = [
  'test/kill/anywhere.slow.test.ts',
  'test/kill/clock-anywhere.slow.test.ts',
  'test/kill/database-away.slow.test.ts',
  'test/kill/away-while-waiting.slow.test.ts',
  'test/kill/full-disk.tmpfs.test.ts',
];

/** What vitest's JSON reporter writes, as far as it is used here. */
interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly duration?: number | null;
    }[];
  }[];
}

process.exitCode = await main(process.argv.slice(2));

async function main(parts: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-kill-'));
  // A few that were named are done one after another: there may be fewer of them than cores.
  const shares = parts.length === 0 ? availableParallelism() : 1;
  const kill = parts.length === 0 ? 'all' : parts.join(',');
  try {
    const runs = Array.from({ length: shares }, async (_, at) => {
      const report = join(folder, `report-${at}.json`);
      const code = await runVitest(report, { DEPLOYER_KILL: kill, DEPLOYER_KILL_SHARE: `${at}/${shares}` });
      return { code, results: resultsIn(report) };
    });
    const ended = await Promise.all(runs);
    printTable(ended.flatMap(({ results }) => results ?? []));
    const cutOff = ended.filter(({ results }) => results === null).length;
    if (cutOff > 0) console.log(`${cutOff} of ${shares} were cut off before they had reported`);
    return Math.max(cutOff, ...ended.map(({ code }) => code));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Null when it ended before it could report. */
function resultsIn(report: string): Report['testResults'] | null {
  if (!existsSync(report)) return null;
  return (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults;
}

function printTable(testResults: Report['testResults']): void {
  const rows = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
    .map(({ title, status, duration }) => ({ name: nameIn(title), status, ms: duration ?? 0 }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const width = Math.max(...rows.map(({ name }) => name.length), 0);
  console.log('');
  for (const { name, status, ms } of rows) {
    const seconds = (ms / 1000).toFixed(1).padStart(6);
    console.log(`${status === 'passed' ? '✓' : '✗'} ${name.padEnd(width)}  ${seconds} s`);
  }
  const failed = rows.filter(({ status }) => status === 'failed');
  console.log(`${rows.length} kills, ${failed.length} not survived`);
  for (const { message } of testResults) if (message !== '') console.log(message);
  if (failed.length > 0) {
    const names = failed.map(({ name }) => `"${name}"`).join(' ');
    console.log(`Again: npm run test:kill -- ${names}`);
  }
}

/** Where, and who: as `DEPLOYER_KILL` names it. The whole title of what has no such name. */
function nameIn(title: string): string {
  const [, name] = / (?:at|waits:) ([^/]* \/ [^:]*)/.exec(title) ?? [];
  return name ?? title;
}

function runVitest(report: string, chosen: Readonly<Record<string, string>>): Promise<number> {
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`];
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    // Of a file in which nothing is named, nothing is to be done.
    '--passWithNoTests',
    '--project',
    'slow',
    '--project',
    'tmpfs',
    ...files,
    ...reporters,
  ];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...chosen };
    const child = spawn(process.execPath, args, { stdio: 'inherit', env, timeout: deadlineMs });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
