import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, afterEach, expect, test } from 'vitest';

import type { RunView } from '../../api/views/runs.ts';
import { DeployerError } from '../../errors.ts';
import { styleOf } from '../output/style.ts';
import { type DemoPlace, foldersOf } from './demo-place.ts';
import { nextText, refusedText, takenBackText, trafficText } from './demo-text.ts';

let scratch: string;
let place: DemoPlace;

beforeEach(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'demo-text-')));
  const root = join(scratch, 'demo');
  place = { root, home: join(root, 'home'), repository: join(root, 'desk'), temporary: join(root, 'tmp') };
  for (const folder of [place.home, place.repository]) mkdirSync(folder, { recursive: true });
});

afterEach(() => rmSync(scratch, { recursive: true }));

/** A database as that of root's homes: beside the home. */
function databaseIn(folder: string): void {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const paths = {
    data: join(folder, 'data'),
    log: join(folder, 'postgresql.log'),
    socketFolder: join(folder, 'run'),
  };
  writeFileSync(join(place.home, 'database.json'), JSON.stringify({ paths }));
}

test('what the demo says about its end leaves nothing behind, not even in the shell', async () => {
  databaseIn(join(scratch, 'var', 'a1b2'));
  const text = nextText(place, { folders: await foldersOf(place), isAsTold: true }, styleOf(false));
  const commands = text
    .split('\n')
    .filter((line) => /^ {2}(cd|export|alias|deployer stop|unset)/.test(line))
    .map((line) => line.trim().replace(/^alias deployer=.*/, 'alias deployer=true'));
  const script = [...commands, 'pwd', 'echo "home=$DEPLOYER_HOME"', 'alias deployer'].join('\n');
  const shell = spawnSync('/bin/sh', ['-c', script], {
    env: { HOME: scratch, PATH: process.env['PATH'] ?? '' },
    encoding: 'utf8',
  });
  expect(shell.stdout).toBe(`${scratch}\nhome=\n`);
  expect([place.root, join(scratch, 'var', 'a1b2')].filter((folder) => existsSync(folder))).toEqual([]);
});

test('a database within the home goes with it, and is not named', async () => {
  databaseIn(join(place.home, 'postgres'));
  expect(await foldersOf(place)).toEqual([place.root]);
});

test('a demo that never had a database is only its folder', async () => {
  expect(await foldersOf(place)).toEqual([place.root]);
});

test('why the bad release is refused fits the terminal, however much the watch has to say', () => {
  const refusal = new DeployerError('release_held', {
    message: 'Release 1.2.0 is on hold in production: 13 of 21 requests failed, p95 24 ms of 800 ms allowed.',
    hint: 'deployer unhold 1.2.0',
  });
  const lines = refusedText('1.2.0', refusal, { style: styleOf(false), width: 60 }).split('\n');
  expect(lines.filter((line) => line.startsWith('    '))).toHaveLength(2);
  expect(Math.max(...lines.slice(3).map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('how soon the bad release was gone is counted from when users met it, workers left aside; lines break at blanks', () => {
  const stage = (name: string, startedAt: string, endedAt: string) => ({
    name,
    environment: 'production',
    state: 'passed' as const,
    verdict: 'pass' as const,
    reason: null,
    startedAt: `2026-12-07T12:00:${startedAt}Z`,
    endedAt: `2026-12-07T12:00:${endedAt}Z`,
  });
  // Users are moved at 0.0 s; their old deployment's workers end until 1.5 s; the watch is sure at 3.0 s.
  const stages = [stage('switch', '00.000', '01.500'), stage('watch', '01.500', '03.000')];
  const back = {
    at: '2026-12-07T12:00:04.060Z',
    environment: 'production',
    from: 'production-3',
    to: 'production-2',
    cause: 'watch' as const,
    switchMs: 14,
    workersMs: 1000,
  };
  const text = takenBackText([{ stages } as unknown as RunView], back, { style: styleOf(false), width: 100 });
  expect(text.split('\n')).toEqual([
    '  found 3.0 s after the first users met it, and all were back on production-2 60 ms later (14 ms of',
    '  them for the switch); nobody had to act',
  ]);
});

test('the list of who answered breaks between deployments', () => {
  const deployments = Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [`production-${index + 1}`, { answered: 100, failed: 0 }]),
  );
  const lines = trafficText({ sent: 600, deployments }, { style: styleOf(false), width: 60 }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('production-5 100, production-6 100)');
});
