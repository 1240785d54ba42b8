// `npm run bench [-- quick]`: every benchmark, one after the other, each with one table.
import { spawnSync } from 'node:child_process';

const benchmarks = [
  'bench/switch.ts',
  'bench/switch-beside.ts',
  'bench/edge.ts',
  'bench/streams.ts',
  'bench/run.ts',
  'bench/scale.ts',
  'bench/start.ts',
  'bench/idle.ts',
] as const;

const results = benchmarks.map((file) =>
  spawnSync(process.execPath, [file, ...process.argv.slice(2)], { stdio: 'inherit' }),
);
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;
