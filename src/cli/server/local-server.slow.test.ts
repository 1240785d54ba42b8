import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

import { untilTrue } from '../../../test/harness/until.ts';
import { errorEnvelope } from '../../api/error-envelope.ts';
import { type ServerFile, serverFile } from '../../api/server-file.ts';
import { claimExclusively } from '../../lib/exclusive-claim.ts';
import { identifyProcess, isRunning } from '../../lib/process-identity.ts';

const databaseFile = z.object({ paths: z.object({ log: z.string() }) });
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
  await mkdir(join(home, 'api.sock', 'in-the-way'), { recursive: true });
  const { code, err } = await deployer(status);
  expect(code).toBe(1);
  expect(err).toContain('The local server did not start: it ended with exit code');
  expect(err).toMatch(/ {2}│ .+\n/);
  expect(err).toContain(join(home, 'server.log'));
});

test.for([
  ['postgres://someone:not-told@127.0.0.1:1/none', '(127.0.0.1:1/none) cannot be used: connect ECONNREFUSED'],
  ['not-told', 'cannot be used: it is not a URL of PostgreSQL'],
] as const)(
  'a database of %j is refused with what is wrong, and no password is told',
  async ([url, said]) => {
    for (const verb of [status, ['worker']]) {
      const { code, out, err } = await deployer([...verb, '--json'], { DEPLOYER_DATABASE_URL: url });
      expect(code).toBe(1);
      const { error } = errorEnvelope.parse(JSON.parse(out));
      expect(error).toMatchObject({ code: 'database_failed', message: expect.stringContaining(said) });
      expect(error.hint).toContain('DEPLOYER_DATABASE_URL');
      expect(out + err + (await readFile(join(home, 'server.log'), 'utf8'))).not.toContain('not-told');
    }
  },
);

test('what server and database say is moved aside when it is long, at a start and while they run; doctor counts it', async () => {
  const log = join(home, 'server.log');
  const long = (says: string): string => `${says}${'.'.repeat(11 * 1024 * 1024)}\n`;
  const begins = async (file: string): Promise<string> =>
    (await readFile(file, 'utf8').catch(() => '')).slice(0, 20).replace(/\.+$/, '');
  await writeFile(log, long('before'));
  await deployer(status);
  expect(await begins(`${log}.1`)).toBe('before');
  const said = await readFile(log, 'utf8');
  expect(said).toContain('the server is ready');

  const file = databaseFile.parse(JSON.parse(await readFile(join(home, 'database.json'), 'utf8')));
  const ofDatabase = await readFile(file.paths.log, 'utf8');
  await appendFile(file.paths.log, long('database'));
  await appendFile(log, long('meanwhile'));
  await untilTrue('both to be moved aside', async () => {
    return existsSync(`${log}.2`) && existsSync(`${file.paths.log}.1`);
  });
  expect(await begins(`${log}.2`)).toBe('before');
  const aside = await readFile(`${log}.1`, 'utf8');
  expect(aside.startsWith(said)).toBe(true);
  expect(aside).toContain('meanwhile');
  expect((await readFile(`${file.paths.log}.1`, 'utf8')).startsWith(ofDatabase)).toBe(true);

  const { out } = await deployer(['doctor']);
  expect(out).toMatch(/logs of server and database 3\d(\.\d)? MB/);
  await deployer(['stop', '--all']);
  expect(await readFile(log, 'utf8')).toContain('the server has ended');
  expect((await readFile(file.paths.log, 'utf8')).length).toBeGreaterThan(0);
});
