// `npm run build`, and part of `npm pack`: the published package runs JavaScript from `dist`, which begins empty, so
// that no module of an earlier build is published. An installed package has no Git to ask for the time of its commit,
// so that is recorded: of two builds of one version, the later one is the newer (see `src/lib/build-info.ts`). There is
// one supervisor for each deployment: as one file, with no more than it needs, it starts faster and is smaller.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildInfo } from '../src/lib/build-info.ts';
import { bundleProgram, noticesOf } from './bundle-program.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const flags = process.argv.includes('unchecked') ? ['--noCheck'] : [];
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', ...flags], {
  cwd: root,
  stdio: 'inherit',
  timeout: 5 * 60_000,
});
if (status === 0) {
  const { builtAt } = await buildInfo();
  writeFileSync(join(dist, 'build-info.json'), `${JSON.stringify({ builtAt })}\n`);
  const packages = await bundleProgram(join(dist, 'targets/process/supervisor.js'));
  writeFileSync(join(dist, 'third-party.txt'), noticesOf(packages));
}
process.exitCode = status ?? 1;
