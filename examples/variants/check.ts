import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDesk, run } from './desk.ts';
import { sendLoad, sendTraffic } from './load.ts';

/** Proves the table of README.md: each variant fails just where it must, on the example and on `better-answers`. */
const GATES = ['unit', 'prepare', 'integration', 'e2e', 'security', 'watch', 'performance'] as const;
type Gate = (typeof GATES)[number];

const MUST_FAIL: Readonly<Record<string, Gate | undefined>> = {
  'the example': undefined,
  'better-answers': undefined,
  'faster-search': undefined,
  'keeps-tickets': undefined,
  'fails-unit': 'unit',
  'crashes-at-start': 'prepare',
  'fails-e2e': 'e2e',
  'too-slow': 'performance',
  'errors-under-traffic': 'watch',
};

const folder = mkdtempSync(join(tmpdir(), 'variants-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const wanted = process.argv.slice(2);
const variants = Object.keys(MUST_FAIL).filter((name) => wanted.length === 0 || wanted.includes(name));

console.log(`${'variant'.padEnd(22)} ${'on'.padEnd(15)} ${GATES.map((gate) => gate.padEnd(12)).join('')}`);
for (const variant of variants) {
  const isBase = variant === 'the example' || variant === 'better-answers';
  for (const base of isBase ? ['the example'] : ['the example', 'better-answers']) {
    const results = await checkVariant(variant, base);
    const isRight = GATES.every(
      (gate) => results[gate]?.failed === (gate === MUST_FAIL[variant]) || !results[gate],
    );
    const cells = GATES.map((gate) => (results[gate]?.text ?? '-').padEnd(12)).join('');
    console.log(
      `${variant.padEnd(22)} ${base.padEnd(15)} ${cells}${isRight ? 'as it must be' : 'NOT AS IT MUST BE'}`,
    );
    if (!isRight) process.exitCode = 1;
  }
}

interface Result {
  readonly failed: boolean;
  readonly text: string;
}

/** All gates run, also after one failed; without a desk, there is nothing to run the others on. */
async function checkVariant(variant: string, base: string): Promise<Partial<Record<Gate, Result>>> {
  const copy = join(folder, 'triage-desk');
  prepareCopy(copy, [base, variant]);
  await run(copy, 'npm run build');
  const results: Partial<Record<Gate, Result>> = { unit: await suite(copy, 'npm test') };
  const desk = await openDesk(copy, join(folder, 'data'));
  results.prepare = { failed: desk === undefined, text: desk === undefined ? 'failed' : 'ok' };
  if (desk === undefined) return results;
  try {
    for (const name of ['integration', 'e2e', 'security'] as const) {
      results[name] = await suite(copy, `npm run test:${name}`, desk.url);
    }
    const { errorRate } = await sendTraffic(desk.url);
    results.watch = { failed: errorRate > 0.02, text: `${(errorRate * 100).toFixed(0)} % 5xx` };
    const load = await sendLoad(desk.url, join(copy, 'perf/case.json'));
    const isSlow = load.p95Ms > 800 || load.errorRate > 0.01;
    results.performance = { failed: isSlow, text: `p95 ${load.p95Ms.toFixed(0)} ms` };
  } finally {
    await desk.close();
  }
  return results;
}

function prepareCopy(copy: string, layers: readonly string[]): void {
  rmSync(copy, { recursive: true, force: true });
  const example = fileURLToPath(new URL('../triage-desk/', import.meta.url));
  cpSync(example, copy, {
    recursive: true,
    filter: (path) => !/node_modules|reports|weights\.json/.test(path),
  });
  for (const layer of layers.filter((name) => name !== 'the example')) {
    const patch = fileURLToPath(new URL(`${layer}.patch`, import.meta.url));
    execFileSync('git', ['apply', patch], {
      cwd: copy,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
    });
  }
}

async function suite(copy: string, command: string, url?: string): Promise<Result> {
  const { code, ms } = await run(copy, command, url === undefined ? {} : { DEPLOYER_URL: url });
  return { failed: code !== 0, text: code === 0 ? `${(ms / 1000).toFixed(1)} s` : 'failed' };
}
