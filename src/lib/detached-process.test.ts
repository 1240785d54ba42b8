import { appendFile, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import {
  DetachedProcessError,
  type DetachedProcessOptions,
  moduleBeside,
  startDetached,
} from './detached-process.ts';
import { isNodeError } from './node-error.ts';
import { identifyProcess } from './process-identity.ts';
import { waitUntil } from './wait-until.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'detached-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a detached program has a session of its own and nothing of its starter but a short environment', async () => {
  const seen = join(folder, 'seen.json');
  const options = await program(`
    const { readdirSync, readlinkSync, writeFileSync, renameSync } = await import('node:fs');
    const files = readdirSync('/proc/self/fd').flatMap((fd) => { try { return readlinkSync('/proc/self/fd/' + fd) } catch { return [] } });
    const text = JSON.stringify({ pid: process.pid, cwd: process.cwd(), env: Object.keys(process.env), args: process.argv.slice(2), files });
    writeFileSync(${JSON.stringify(`${seen}.new`)}, text);
    renameSync(${JSON.stringify(`${seen}.new`)}, ${JSON.stringify(seen)});
    setTimeout(() => {}, 60_000);
  `);
  process.env['DETACHED_TEST_SECRET'] = 'not for others';
  const report = JSON.parse(
    await startDetached({ ...options, args: ['one'], env: { EXTRA: '1' }, ready: () => contentOf(seen) }),
  );
  delete process.env['DETACHED_TEST_SECRET'];

  const stat = await readFile(`/proc/${report.pid}/stat`, 'utf8');
  process.kill(report.pid, 'SIGKILL');
  const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3];
  expect(session).toBe(String(report.pid));
  expect(report.cwd).toBe('/');
  expect(report.args).toEqual(['one']);
  expect(report.env).toContain('EXTRA');
  expect(report.env).not.toContain('DETACHED_TEST_SECRET');
  const own = await Promise.all((await readdir('/proc/self/fd')).map((fd) => linkOf(fd)));
  const shared = own.filter((file) => /^(pipe|socket):/.test(file) && report.files.includes(file));
  expect(shared).toEqual([]);
});

test('a program that ends early is reported with its end and its last lines, none of an earlier start', async () => {
  const options = await program(`console.error('no such setting'); process.exit(3)`);
  await appendFile(options.logFile, 'why another one ended\n');
  const failure = await startDetached({ ...options, ready: async () => null }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(DetachedProcessError);
  expect(failure).toMatchObject({ message: 'it ended with exit code 3', lastLines: ['no such setting'] });
});

test('a program that is not ready in time, or not wanted any more, is ended', async () => {
  const pidFile = join(folder, 'pid');
  const options = await program(
    `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setTimeout(() => {}, 60_000)`,
  );
  const late = startDetached({ ...options, timeoutMs: 2000, ready: async () => null });
  await expect(late).rejects.toThrow('no answer within 2 s');
  await untilGone(Number(await readFile(pidFile, 'utf8')));
  await rm(pidFile);

  const controller = new AbortController();
  const aborted = startDetached({ ...options, signal: controller.signal, ready: async () => null });
  const pid = Number(
    await waitUntil(() => contentOf(pidFile), { timeoutMs: 5000, what: 'the program', hint: '' }),
  );
  controller.abort(new Error('cancelled'));
  await expect(aborted).rejects.toThrow('cancelled');
  await untilGone(pid);
});

test('a program starts while its input is made, and is ended when that fails', async () => {
  const pidFile = join(folder, 'pid');
  const heard = join(folder, 'heard');
  const options = await program(`
    const { readFileSync, writeFileSync } = require('node:fs');
    writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
    writeFileSync(${JSON.stringify(heard)}, readFileSync(0, 'utf8'));
    setTimeout(() => {}, 60_000);
  `);
  const begun = () => waitUntil(() => contentOf(pidFile), { timeoutMs: 5000, what: 'the program', hint: '' });
  const input = async () => `made beside ${await begun()}`;
  const answer = await startDetached({ ...options, input, ready: () => contentOf(heard) });
  const first = Number(await readFile(pidFile, 'utf8'));
  process.kill(first, 'SIGKILL');
  expect(answer).toBe(`made beside ${first}`);

  await rm(pidFile);
  const failing = async () => {
    await begun();
    throw new Error('the disk is full');
  };
  await expect(startDetached({ ...options, input: failing })).rejects.toThrow('the disk is full');
  await untilGone(Number(await readFile(pidFile, 'utf8')));
});

test('a module beside another has the same ending', () => {
  expect(moduleBeside('file:///app/src/edge/edge.ts', './worker/main')).toBe('/app/src/edge/worker/main.ts');
  expect(moduleBeside('file:///app/dist/edge/edge.js', './worker/main')).toBe(
    '/app/dist/edge/worker/main.js',
  );
});

async function program(source: string): Promise<DetachedProcessOptions<string>> {
  const entry = join(folder, source.includes('await') ? 'program.mjs' : 'program.cjs');
  await writeFile(entry, source);
  return {
    entry,
    args: [],
    logFile: join(folder, 'log'),
    ready: async () => null,
    timeoutMs: 10_000,
    signal: new AbortController().signal,
  };
}

async function contentOf(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')) || null;
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function linkOf(fd: string): Promise<string> {
  return readlink(`/proc/self/fd/${fd}`).catch(() => 'closed meanwhile');
}

async function untilGone(pid: number): Promise<void> {
  const isGone = async () => (await identifyProcess(pid)) === null || null;
  await waitUntil(isGone, { timeoutMs: 5000, what: 'the program to end', hint: '' });
}
