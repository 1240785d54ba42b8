import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { identifyProcess } from './process-identity.ts';
import { type CommandOptions, runCommand } from './run-command.ts';
import { waitUntil } from './wait-until.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a command runs in its folder with its own environment and nothing of ours', async () => {
  process.env['COMMAND_TEST_SECRET'] = 'not for others';
  const { result, lines } = await run('pwd; env; exit 3', { env: { PATH: pathOfTests(), ONE: '1' } });
  delete process.env['COMMAND_TEST_SECRET'];
  expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false });
  expect(lines).toContain(folder);
  expect(lines).toContain('ONE=1');
  expect(lines.join()).not.toContain('COMMAND_TEST_SECRET');
});

test('the tail keeps the last lines of both streams', async () => {
  const { result } = await run('echo one; echo two; echo three; sleep 0.05; echo four >&2', { tailLines: 2 });
  expect(result.tail).toEqual(['three', 'four']);
});

test('a command that ignores SIGTERM is killed when its time is over, with its children', async () => {
  const { result } = await run(`trap '' TERM; sleep 60 & echo $! > child; wait; sleep 60`, {
    timeoutMs: 300,
    graceMs: 200,
  });
  expect(result).toMatchObject({ timedOut: true, exitCode: null, signal: 'SIGKILL' });
  expect(await identifyProcess(await pidIn('child'))).toBeNull();
});

test.runIf(process.platform === 'linux')(
  'a child that has left the group for a session of its own ends with the command as well',
  async () => {
    const { result } = await run(
      "setsid sh -c 'echo $$ > child; sleep 60' & while [ ! -s child ]; do :; done",
    );
    expect(result).toMatchObject({ exitCode: 0 });
    expect(await identifyProcess(await pidIn('child'))).toBeNull();
  },
);

test('a command that obeys SIGTERM may clean up and say so', async () => {
  const { result } = await run(`trap 'echo cleaned; exit 7' TERM; sleep 60 & wait`, { timeoutMs: 200 });
  expect(result).toMatchObject({ timedOut: true, exitCode: 7, tail: ['cleaned'] });
});

test('an abort lets the command clean up, and ends the group before the call throws the reason', async () => {
  const controller = new AbortController();
  const running = run(`trap 'touch cleaned; exit' TERM; sleep 60 & echo $! > child; wait`, {
    signal: controller.signal,
  });
  const child = await waitUntil(() => pidIn('child').catch(() => null), patience);
  controller.abort(new Error('cancelled by a person'));
  await expect(running).rejects.toThrow('cancelled by a person');
  expect(await identifyProcess(child)).toBeNull();
  expect(await readFile(join(folder, 'cleaned'), 'utf8')).toBe('');
});

test('a command is not started when the run was cancelled before', async () => {
  await expect(run('touch started', { signal: AbortSignal.abort(new Error('cancelled')) })).rejects.toThrow(
    'cancelled',
  );
  await expect(readFile(join(folder, 'started'))).rejects.toThrow('ENOENT');
});

test('children that a finished command left behind are ended, and do not hold up its result', async () => {
  const { result } = await run('sleep 60 & echo $! > child; echo done');
  expect(result).toMatchObject({ exitCode: 0, tail: ['done'] });
  expect(result.durationMs).toBeLessThan(5000);
  expect(await identifyProcess(await pidIn('child'))).toBeNull();
});

test.skipIf(process.platform !== 'linux')(
  'a process that left the group and holds the output open does not hang us',
  async () => {
    const { result } = await run(
      `setsid sh -c 'echo $$ > child; exec sleep 60' & while ! [ -s child ]; do sleep 0.01; done; echo done`,
    );
    expect(result).toMatchObject({ exitCode: 0, tail: ['done'] });
    process.kill(await pidIn('child'), 'SIGKILL');
  },
);

test('a command dies with the process that runs it', async () => {
  const source = `
    import { runCommand } from ${JSON.stringify(join(import.meta.dirname, 'run-command.ts'))};
    await runCommand({ command: 'sleep 60 & echo $! > child; wait', cwd: ${JSON.stringify(folder)},
      env: { PATH: process.env.PATH }, timeoutMs: 60_000, signal: new AbortController().signal,
      redactor: { margin: 0, redact: (line) => line } });`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'ignore' });
  const child = await waitUntil(() => pidIn('child').catch(() => null), patience);
  owner.kill('SIGKILL');
  await waitUntil(async () => ((await identifyProcess(child)) === null ? true : null), patience);
});

test('a missing folder is named', async () => {
  const missing = join(folder, 'nowhere');
  await expect(run('true', { cwd: missing })).rejects.toMatchObject({
    code: 'command_failed',
    message: expect.stringContaining(missing),
  });
});

const patience = { timeoutMs: 10_000, what: 'a child of the test', hint: 'none' };

async function run(
  command: string,
  options: Partial<CommandOptions> = {},
): Promise<{ result: Awaited<ReturnType<typeof runCommand>>; lines: readonly string[] }> {
  const lines: string[] = [];
  const result = await runCommand({
    command,
    cwd: folder,
    env: { PATH: pathOfTests() },
    timeoutMs: 10_000,
    signal: new AbortController().signal,
    redactor: { margin: 0, redact: (line) => line },
    onLine: (line) => lines.push(line),
    ...options,
  });
  return { result, lines };
}

function pathOfTests(): string {
  return process.env['PATH'] ?? '/usr/bin:/bin';
}

async function pidIn(name: string): Promise<number> {
  const pid = Number(await readFile(join(folder, name), 'utf8'));
  if (!(pid > 0)) throw new Error('not written yet');
  return pid;
}
