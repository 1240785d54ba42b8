// `npm run bench [-- quick]`: every benchmark, one after the other, each with one table. In quick, those are left out
// that need minutes whatever is asked of them.
import { spawnSync } from 'node:child_process';

const benchmarks = [
  'bench/switch.ts',
  'bench/switch-beside.ts',
  'bench/edge.ts',
  'bench/streams.ts',
  'bench/run.ts',
  'bench/scale.ts',
  'bench/start.ts',
] as const;
/** It waits for a whole demo, and then for nothing to happen. */
const slow = ['bench/idle.ts'] as const;

const args = process.argv.slice(2);
const results = [...benchmarks, ...(args.includes('quick') ? [] : slow)].map((file) =>
  spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' }),
);
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;
