import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

import { type ServerFile, serverFile } from '../../api/server-file.ts';
import { claimExclusively } from '../../lib/exclusive-claim.ts';
import { identifyProcess, isRunning } from '../../lib/process-identity.ts';

const main = new URL('../../main.ts', import.meta.url).pathname;
const unknown = /knows no integration/;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A home of its own, of which nothing is left when the test has finished. */
let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'deployer-home-'));
  onTestFinished(async () => {
    await deployer(['stop', '--all']);
    await rm(home, { recursive: true });
  });
});

async function deployer(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const options = { timeout: 100_000, env: { ...process.env, DEPLOYER_HOME: home, ...env } };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...args], options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as {
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    };
    return { code, out: stdout, err: stderr };
  }
}

const status = ['status', '--integration', 'desk'];

async function record(): Promise<ServerFile> {
  return serverFile.parse(JSON.parse(await readFile(join(home, 'server.json'), 'utf8')));
}

test('the first verb that needs a server starts one and says so; the next one uses it', async () => {
  const first = await deployer(status);
  expect(first.err).toMatch(/^deployer: starting the local server …\n/);
  expect(first.err).toMatch(unknown);
  const { pid } = await record();
  const second = await deployer(status);
  expect(second.err).not.toContain('starting');
  expect((await record()).pid).toBe(pid);
});

test('two verbs at once start one server between them', async () => {
  const both = await Promise.all([deployer(status), deployer(status)]);
  for (const { err } of both) expect(err).toMatch(unknown);
  const server = await record();
  expect(await isRunning(server)).toBe(true);
  expect(await deployer(['serve'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('Another server runs'),
  });
});

test('an older server is restarted', async () => {
  await deployer(status);
  const before = await record();
  await writeFile(
    join(home, 'server.json'),
    JSON.stringify({ ...before, builtAt: '2001-01-01T00:00:00.000Z' }),
  );
  const { err } = await deployer(status);
  // A restart that takes no time is not announced.
  expect(err).toContain('starting the local server');
  expect(err).toMatch(unknown);
  expect(await isRunning(before)).toBe(false);
  expect((await record()).pid).not.toBe(before.pid);
});

test('a home whose former server is still ending gets a new one', async () => {
  const former = spawn('sleep', ['3'], { stdio: 'ignore' });
  const identity = await identifyProcess(former.pid ?? 0);
  expect(identity !== null && (await claimExclusively(home, 'server', identity))).toBe(true);
  expect((await deployer(status)).err).toMatch(unknown);
  expect(await isRunning(await record())).toBe(true);
});

test('stop ends the server, and once more is no error', async () => {
  await deployer(status);
  const server = await record();
  expect(await deployer(['stop'])).toMatchObject({ code: 0, out: '✓ stopped server\n' });
  expect(await isRunning(server)).toBe(false);
  expect(await deployer(['stop'])).toMatchObject({ code: 0, out: 'No server runs on this home.\n' });
  expect((await deployer(['stop', '--all'])).code).toBe(0);
});

test('a server that cannot start is an error with what it said last', async () => {
  const env = { DEPLOYER_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const { code, err } = await deployer(status, env);
  expect(code).toBe(1);
  expect(err).toContain('The local server did not start: it ended with exit code');
  expect(err).toMatch(/ {2}│ .+\n/);
  expect(err).toContain(join(home, 'server.log'));
});
