import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';

import type { StatusView } from '../src/api/views/status.ts';
import { helloFile, helloProgram, helloSpec } from './harness/hello.ts';
import { ask } from './harness/users.ts';

import { commitAll, scratchRepository } from './scratch-repository.ts';

// The published package as its user gets it: packed from a copy of the sources, installed from the registry with its
// dependencies, in a folder that has nothing to do with a clone.
const root = join(import.meta.dirname, '..');
const sources = ['bin', 'docs', 'examples', 'scripts', 'src'];
const files = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'package-lock.json'];

let folder: string;
let clone: string;
let installed: string;
let packed: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployer-package-'));
  clone = join(folder, 'clone');
  installed = join(folder, 'installed');
  const repository = scratchRepository(clone, {});
  const leftOut = /\/(?:node_modules|reports)(?:\/|$)/;
  for (const name of [...sources, ...files, 'tsconfig.json', 'tsconfig.build.json']) {
    await cp(join(root, name), join(clone, name), {
      recursive: true,
      filter: (path) => !leftOut.test(path.slice(root.length)),
    });
  }
  commitAll(repository, 'What is packed');
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  await npm(clone, 'pack', '--silent', '--pack-destination', folder);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await npm(folder, 'install', '--prefix', installed, '--no-audit', '--no-fund', join(folder, tarball));
  packed = await readdir(join(installed, 'node_modules/deployer'), { recursive: true });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  await promisify(execFile)('npm', args, { cwd, timeout: 150_000, env: { ...process.env, PATH } });
}

async function deployer(...args: readonly string[]): Promise<string> {
  return await deployerIn(folder, ...args);
}

async function deployerIn(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(join(installed, 'node_modules/.bin/deployer'), args, {
    cwd,
    timeout: 120_000,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DEPLOYER_HOME: join(folder, 'home'),
      DEPLOYER_USER: 'ops@example.com',
    },
  });
  return stdout;
}

test('the installed program says its version and when its sources were committed', async () => {
  const [, builtAt = ''] = /^deployer [\d.]+ \(built (.+)\)$/m.exec(await deployer('--version')) ?? [];
  expect(builtAt).toBe('2026-01-02T04:04:05.000Z');
});

test('the installed program prints the schema that the manual has', async () => {
  const schema = await readFile(join(root, 'docs/schema.json'), 'utf8');
  expect(JSON.parse(await deployer('schema'))).toEqual(JSON.parse(schema));
});

test('the installed program ships: its server, its edge and its supervisor, which is one file, do what they are for', async () => {
  const desk = join(folder, 'desk');
  const repository = scratchRepository(desk, {
    'deployer.yaml': stringify(helloSpec({ production: { approval: { none: 'a test' } } })),
    [helloFile]: helloProgram({ says: 'installed' }),
  });
  commitAll(repository, 'Hello');
  try {
    await deployerIn(desk, 'ship');
    const status = JSON.parse(await deployerIn(desk, 'status', '--json')) as StatusView;
    const production = status.environments.find(({ name }) => name === 'production');
    if (production === undefined) throw new Error('there is no production');
    expect((await ask(production)).text).toBe('installed');
    expect(await deployerIn(desk, 'logs', 'production')).toContain('listening');
  } finally {
    await deployerIn(desk, 'stop', '--all');
  }
});

test('the package has what runs and what is read, and neither sources nor tests of the program', () => {
  for (const path of [
    'dist/main.js',
    'dist/edge/main.js',
    'docs/spec.md',
    'examples/triage-desk/deployer.yaml',
  ]) {
    expect(packed).toContain(path);
  }
  const own = packed.filter((path) => !path.startsWith('examples/'));
  expect(own.filter((path) => /(?:^src\/|\.ts$|\.test\.js$)/.test(path))).toEqual([]);
});
