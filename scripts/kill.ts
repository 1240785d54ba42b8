// `npm run test:kill`: kills every process at every named point where it makes sense, takes the database away there,
// fills the disk and sets the clock, as many at a time as there are cores, and prints a table. To go on after a
// failure, `npm run test:kill -- "switch" "/ edge"` does what has one of these in its name.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
      return { code, report: JSON.parse(readFileSync(report, 'utf8')) as Report };
    });
    const ended = await Promise.all(runs);
    printTable(ended.flatMap(({ report }) => report.testResults));
    return Math.max(...ended.map(({ code }) => code));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function printTable(testResults: Report['testResults']): void {
  const found = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ title, status, duration }) => {
      const [, point, victim] = / at ([^/]*) \/ ([^:]*)/.exec(title) ?? [];
      if (point === undefined || victim === undefined) return [];
      return [{ point, victim, seconds: ((duration ?? 0) / 1000).toFixed(1), status }];
    }),
  );
  const kills = found.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const width = (of: 'point' | 'victim'): number => Math.max(...kills.map((kill) => kill[of].length), 0);
  console.log('');
  for (const { point, victim, seconds, status } of kills) {
    const mark = status === 'passed' ? '✓' : status === 'failed' ? '✗' : '-';
    console.log(
      `${mark} ${point.padEnd(width('point'))}  ${victim.padEnd(width('victim'))}  ${seconds.padStart(6)} s`,
    );
  }
  const failed = kills.filter(({ status }) => status === 'failed');
  console.log(`${kills.length} kills, ${failed.length} not survived`);
  for (const { message } of testResults) if (kills.length === 0) console.log(message);
  if (failed.length > 0) {
    const names = failed.map((each) => `"${nameOf(each)}"`).join(' ');
    console.log(`Again: npm run test:kill -- ${names}`);
  }
}

function nameOf({ point, victim }: { readonly point: string; readonly victim: string }): string {
  return `${point} / ${victim}`;
}

function runVitest(report: string, chosen: Readonly<Record<string, string>>): Promise<number> {
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`];
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
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
