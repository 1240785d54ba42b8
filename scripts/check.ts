// `npm run check`: everything that CI checks without a server, in under a minute: format, lint, types, dead code,
// then the unit tests (the architecture table and the documents among them).
import { spawn } from 'node:child_process';

interface Check {
  readonly name: string;
  readonly argv: readonly string[];
}

const bin = 'node_modules/.bin';
const checks: readonly Check[] = [
  { name: 'format', argv: [`${bin}/oxfmt`, '--check', '.'] },
  { name: 'lint', argv: [`${bin}/oxlint`, '--type-aware', '--deny-warnings'] },
  { name: 'types', argv: [`${bin}/tsc`, '-p', 'tsconfig.json'] },
  { name: 'dead code', argv: [`${bin}/knip`, '--no-progress'] },
  { name: 'unit tests', argv: [`${bin}/vitest`, 'run', '--project', 'unit', '--reporter=dot'] },
];

const only = process.argv.slice(2);
let failed = 0;
for (const check of checks.filter(({ name }) => only.length === 0 || only.includes(name))) {
  const startedAt = performance.now();
  const { code, output } = await run(check.argv);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${check.name.padEnd(12)} ${seconds.padStart(5)} s`);
  if (code !== 0) {
    failed += 1;
    console.log(output.trimEnd());
  }
}
process.exitCode = failed === 0 ? 0 : 1;

function run(argv: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const [file = '', ...args] = argv;
    // The tools are Node scripts: this process's own Node comes first for them.
    const PATH = `${process.execPath.replace(/\/node$/, '')}:${process.env['PATH'] ?? ''}`;
    const child = spawn(file, args, { env: { ...process.env, PATH }, timeout: 5 * 60_000 });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
