import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

// A clone in little: the real bootstrap, an entry, a lockfile, and a program named npm that notes each call. What npm
// itself does in a clone is seen in CI, which begins with one.
let clone: string;

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'deployer-bootstrap-'));
  for (const folder of ['scripts', 'src', 'bin']) await mkdir(join(clone, folder));
  await copyFile(join(import.meta.dirname, '../scripts/bootstrap.mjs'), join(clone, 'scripts/bootstrap.mjs'));
  await writeFile(join(clone, 'src/main.ts'), 'console.log(process.argv.slice(2).join(" "));');
  await writeFile(join(clone, 'package-lock.json'), '{}');
  await npmIs('echo "$@" >> calls; mkdir -p node_modules; sleep 0.3');
});

afterEach(async () => {
  await rm(clone, { recursive: true, force: true });
});

async function npmIs(script: string): Promise<void> {
  await writeFile(join(clone, 'bin/npm'), `#!/bin/sh\n${script}\n`);
  await chmod(join(clone, 'bin/npm'), 0o755);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function bootstrap(...args: readonly string[]): Promise<Ended> {
  const child: ChildProcess = spawn(process.execPath, ['scripts/bootstrap.mjs', 'src/main.ts', ...args], {
    cwd: clone,
    env: { PATH: `${join(clone, 'bin')}:/usr/bin:/bin` },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15_000,
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(join(clone, 'calls'), 'utf8')).trim().split('\n');
}

test('a fresh clone installs what is locked, without install scripts, and goes on with the command', async () => {
  expect(await bootstrap('ship', '--to', 'dev')).toMatchObject({ code: 0, stdout: 'ship --to dev\n' });
  expect(await calls()).toEqual([expect.stringMatching(/^ci .*--ignore-scripts/)]);
});

test('a fresh clone gets its tools and its Node also where settings leave them out', async () => {
  await bootstrap();
  expect(await calls()).toEqual([expect.stringMatching(/^ci .*--include=dev --include=optional/)]);
});

test('nothing is installed again until the lockfile changes', async () => {
  await bootstrap();
  expect(await bootstrap()).toMatchObject({ code: 0, stderr: '' });
  expect(await calls()).toHaveLength(1);
  await writeFile(join(clone, 'package-lock.json'), '{ "lockfileVersion": 3 }');
  await bootstrap();
  expect(await calls()).toHaveLength(2);
});

test('of two commands that are started together one installs, and both go on', async () => {
  const both = await Promise.all([bootstrap('one'), bootstrap('two')]);
  expect(both.map(({ stdout }) => stdout)).toEqual(['one\n', 'two\n']);
  expect(await calls()).toHaveLength(1);
});

test('the lock of a killed installation is taken over at once', async () => {
  const { pid } = spawnSync('true');
  await mkdir(join(clone, '.installing'));
  await writeFile(join(clone, '.installing/holder'), `${pid}@${hostname()}`);
  expect(await bootstrap('ship')).toMatchObject({ code: 0, stdout: 'ship\n' });
  expect(await calls()).toHaveLength(1);
});

test('a lock that nobody signed is taken over when it is not new', async () => {
  await mkdir(join(clone, '.installing'));
  const aMinuteAgo = new Date(Date.now() - 60_000);
  await utimes(join(clone, '.installing'), aMinuteAgo, aMinuteAgo);
  expect(await bootstrap('ship')).toMatchObject({ code: 0, stdout: 'ship\n' });
});

test('an installation that fails says what to look at, and is tried again by the next command', async () => {
  await npmIs('echo "npm error network ENOTFOUND" >&2; exit 1');
  const failed = await bootstrap('ship');
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toContain('npm error network ENOTFOUND');
  expect(failed.stderr).toMatch(/npm ci failed.*\n\s+Check the network and the npm registry setting/);
  await npmIs('echo "$@" >> calls; mkdir -p node_modules');
  expect(await bootstrap('ship')).toMatchObject({ code: 0, stdout: 'ship\n' });
});
