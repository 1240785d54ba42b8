import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

import { deployer } from '../../../test/cli/command-line.ts';
import { stubServer } from '../../../test/cli/stub-server.ts';
import { verbs } from '../verbs.ts';
import { bashCompletion } from './bash.ts';
import { zshCompletion } from './zsh.ts';

const run = promisify(execFile);

/** What bash offers for the last of these words, `deployer` being a program that knows two environments and a run. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-completion-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'deployer');
  writeFileSync(
    program,
    '#!/bin/sh\ncase "$3" in environment) echo dev; echo production ;; run) echo desk-1 ;; esac\n',
  );
  chmodSync(program, 0o755);
  const line = ['deployer', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${bashCompletion(verbs)}
COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _deployer; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', script], {
    timeout: 10_000,
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
  });
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash offers verbs, options, and the names that there are', async () => {
  expect(await offered('ro')).toEqual(['rollback']);
  expect(await offered('ship', '--de')).toEqual(['--detach']);
  expect(await offered('ship', '--to', '')).toEqual(['dev', 'production']);
  expect(await offered('rollback', 'p')).toEqual(['production']);
  expect(await offered('approve', 'd')).toEqual(['desk-1']);
  expect(await offered('uat', 'pa')).toEqual(['pass']);
  expect(await offered('rollback', 'production', '--reason', '')).toEqual([]);
});

test('the script for zsh is one that zsh can read', async (context) => {
  const script = zshCompletion(verbs);
  for (const { name } of verbs) expect(script).toContain(`'${name}:`);
  const zsh = await run('zsh', ['--version']).catch(() => null);
  if (zsh === null) return context.skip('no zsh here');
  await run('zsh', ['-n', '-c', script], { timeout: 10_000 });
});

test('names of environments come from the file, even a broken one; those of runs from a server that runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-completion-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'deployer.yaml'),
    'integration: { key: desk }\nenvironments: { dev: {}, live: 3 }\n',
  );
  const runs = [
    { run: 'desk-1', release: null, version: null, commit: 'c', to: 'dev', endedAt: null, waiting: null },
  ] as const;
  const { home } = await stubServer({
    runs: () => ({
      runs: runs.map((entry) => ({ ...entry, state: 'queued', startedAt: '2026-12-07T12:00:00Z' })),
      next: null,
    }),
  });
  const names = (kind: string, where: string): ReturnType<typeof deployer> =>
    deployer(['completion', '--names', kind], { home: where, cwd: folder });
  expect((await names('environment', home)).out).toBe('dev\nlive\n');
  expect((await names('run', home)).out).toBe('desk-1\n');
  expect(await names('run', join(folder, 'nowhere'))).toEqual({ code: 0, out: '', err: '' });
});
