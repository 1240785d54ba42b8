// `npm run build`, and part of `npm pack`: the published package runs JavaScript from `dist`, which begins empty, so
// that no module of an earlier build is published. It has few files, with no more of other packages than is needed: a
// program that is one of hundreds of modules takes twice as long to start. An installed package has no Git to ask for
// the time of its commit, so that is recorded: of two builds of one version, the later one is the newer (see
// `src/lib/build-info.ts`). Usage: node scripts/build.ts [unchecked]
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildInfo } from '../src/lib/build-info.ts';
import { bundle, noticesOf } from './bundle.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const modules = join(dist, 'modules');

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const flags = process.argv.includes('unchecked') ? ['--noCheck'] : [];
const { status } = spawnSync(
  process.execPath,
  [compiler, '-p', 'tsconfig.build.json', '--outDir', modules, ...flags],
  { cwd: root, stdio: 'inherit', timeout: 5 * 60_000 },
);
if (status === 0) {
  const packages = await bundle(modules, dist);
  rmSync(modules, { recursive: true });
  writeFileSync(join(dist, 'third-party.txt'), noticesOf(packages));
  const { builtAt } = await buildInfo();
  writeFileSync(join(dist, 'build-info.json'), `${JSON.stringify({ builtAt })}\n`);
}
process.exitCode = status ?? 1;
