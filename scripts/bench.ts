// `npm run bench [-- quick] [-- edge run …]`: on what it is measured, every benchmark, or those named, one after the
// other, each with one table, and at the end how long each took. Command lines are those of what is published, which is
// built before. In quick, those are left out that need minutes whatever is asked of them.
import { spawnSync } from 'node:child_process';

import { measuredOn } from '../bench/measured-on.ts';

const benchmarks = [
  'switch',
  'switch-beside',
  'edge',
  'streams',
  'run',
  'scale',
  'document',
  'start',
] as const;
/** It waits for a whole demo, and then for nothing to happen. */
const slow = ['idle'] as const;

const args = process.argv.slice(2);
const isQuick = args.includes('quick');
const named = args.filter((arg) => arg !== 'quick');
const known: readonly string[] = [...benchmarks, ...slow];
const unknown = named.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark named ${unknown.join(', ')}: ${known.join(', ')}.`);
  process.exit(2);
}
const built = spawnSync(process.execPath, ['scripts/build.ts', 'unchecked'], { stdio: 'inherit' });
if (built.status !== 0) process.exit(1);
console.log(`${measuredOn()}\n`);
const chosen = named.length > 0 ? named : [...benchmarks, ...(isQuick ? [] : slow)];
const results = chosen.map((name) => {
  const startedAtMs = performance.now();
  const args = [`bench/${name}.ts`, ...(isQuick ? ['quick'] : [])];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  return { name, status, seconds: Math.round((performance.now() - startedAtMs) / 1000) };
});
console.log(`\n${results.map(({ name, seconds }) => `${name} ${seconds} s`).join(', ')}`);
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;
