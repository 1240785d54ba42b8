import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

import { processesOf } from './harness/leftovers.ts';

const root = join(import.meta.dirname, '..');

/** The promise is three minutes on a machine of its own; its load test wants one, so nothing runs beside it here. */
const deadlineMs = 10 * 60_000;

/** `TMPDIR` and `HOME` of the demo, so that all it leaves behind is seen. */
let scratch: string;

beforeEach(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'demo-test-')));
  await mkdir(join(scratch, 'tmp'));
  await mkdir(join(scratch, 'hooks'));
  await writeFile(join(scratch, 'hooks', 'pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  await writeFile(join(scratch, '.gitconfig'), settings(scratch));
  // Where this machine has its packages from.
  const npmSettings = join(process.env['HOME'] ?? '', '.npmrc');
  if (existsSync(npmSettings)) await copyFile(npmSettings, join(scratch, '.npmrc'));
});

afterEach(async () => {
  await rm(scratch, { recursive: true, force: true });
});

/** What people have in their Git configuration, and worse. */
function settings(home: string): string {
  return [
    '[commit]\n gpgSign = true\n[tag]\n gpgSign = true\n[user]\n useConfigOnly = true',
    `[core]\n hooksPath = ${home}/hooks\n autocrlf = true\n excludesFile = ${home}/ignored`,
    `[init]\n defaultBranch = trunk\n templateDir = ${home}/hooks`,
  ].join('\n');
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `npm run demo` as npm runs it, which leaves its own variables and folders in the environment. */
function runDemo(args: readonly string[], interruptAt: RegExp | null = null): Promise<Ran> {
  const child = spawn('npm', ['run', '--silent', 'demo', '--', ...args], {
    cwd: root,
    env: { ...process.env, HOME: scratch, TMPDIR: join(scratch, 'tmp'), ...npmCache() },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
  });
  let out = '';
  let err = '';
  let isInterrupted = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (interruptAt === null || isInterrupted || !interruptAt.test(out) || child.pid === undefined) return;
    isInterrupted = true;
    // As a terminal does it: to every process of the group.
    process.kill(-child.pid, 'SIGINT');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** With another HOME npm would fetch everything again. */
function npmCache(): Record<string, string> {
  const cache = process.env['npm_config_cache'] ?? join(process.env['HOME'] ?? '', '.npm');
  return { npm_config_cache: cache };
}

const Figures = z.object({
  releases: z.array(z.object({ version: z.string(), state: z.string() })),
  traffic: z.object({ sent: z.int(), failed: z.int(), failedByBadRelease: z.int() }),
  switches: z.int(),
  rollbacks: z.array(z.object({ cause: z.string(), detectMs: z.number(), switchMs: z.number() })),
  durationMs: z.number(),
});

/** Processes and files, but for the folder of sockets that all homes of a user share: that one is to be empty. */
async function leftovers(): Promise<readonly string[]> {
  const shared = `deployer-${userInfo().uid}`;
  const names = await readdir(join(scratch, 'tmp'), { recursive: true });
  const files = names.filter((name) => name.startsWith('deployer') && name !== shared);
  return [...files, ...(await processesOf(join(scratch, 'tmp'), { graceMs: 15_000 }))];
}

test(
  'demo --once --json ships two good releases, sees the bad one come back, and leaves nothing behind',
  { timeout: deadlineMs },
  async () => {
    const { code, out, err } = await runDemo(['--once', '--json']);
    expect(code, err).toBe(0);
    const figures = Figures.parse(JSON.parse(out.trim().split('\n').at(-1) ?? ''));
    expect(figures.releases).toMatchObject([
      { version: '1.0.0', state: 'succeeded' },
      { version: '1.1.0', state: 'succeeded' },
      { version: '1.2.0', state: 'failed' },
    ]);
    expect(figures.switches).toBe(3);
    expect(figures.rollbacks).toMatchObject([{ cause: 'watch' }]);
    expect(figures.rollbacks[0]?.detectMs).toBeLessThan(15_000);
    expect(figures.traffic.sent).toBeGreaterThan(200);
    expect(figures.traffic.failedByBadRelease).toBeGreaterThan(0);
    // Nobody else's request failed: not at a switch, not on the way back.
    expect(figures.traffic.failed).toBe(figures.traffic.failedByBadRelease);
    // It ends with what is proven, and what is written down.
    expect(err).toMatch(/told: .*production: test alert, asked for by dev@example\.com/);
    expect(err).toMatch(/told: .*production: .*found bad/);
    expect(err).toMatch(/Monitoring Setup .*undecided +✓ done/);
    expect(err).toMatch(/Rollback Plan Verification .*✓/);
    expect(err).toMatch(/triage-desk Agent Integration {3}revision \d+/);
    expect(err).toMatch(/\d+ decided, \d+ assumed, \d+ observed/);
    expect(await leftovers()).toEqual([]);
  },
);

test('Ctrl-C ends what the demo has started', { timeout: deadlineMs }, async () => {
  const { code, out } = await runDemo([], /✓ prepare/);
  expect(code).not.toBe(0);
  expect(out).toMatch(/Ending everything that the demo started/);
  expect(await leftovers()).toEqual([]);
});
