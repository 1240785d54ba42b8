import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Repository } from '../src/lib/git.ts';

/** Text files by their path. */
export type Files = Readonly<Record<string, string>>;

/** Who commits and when, so that equal commits have equal ids. */
const people = {
  GIT_AUTHOR_NAME: 'Ann Author',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'Cem Committer',
  GIT_COMMITTER_EMAIL: 'cem@example.com',
  GIT_COMMITTER_DATE: '2026-01-02T05:04:05+01:00',
};

/** Makes a new repository on branch `main` with files that are not committed yet. */
export function scratchRepository(folder: string, files: Files, ...options: string[]): Repository {
  const repository: Repository = { kind: 'working', folder };
  mkdirSync(folder);
  runGit(repository, 'init', '-q', '-b', 'main', ...options);
  writeFiles(repository, files);
  return repository;
}

export function writeFiles(repository: Repository, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(repository.folder, name)), { recursive: true });
    writeFileSync(join(repository.folder, name), content);
  }
}

/** Commits everything, and a line of its own so that there is something to commit. Returns the id. */
export function commitAll(repository: Repository, message: string, files: Files = {}): string {
  writeFiles(repository, files);
  appendFileSync(join(repository.folder, 'log'), `${message}\n`);
  runGit(repository, 'add', '--all');
  return commitIndex(repository, message);
}

/** Commits what is staged. Returns the id. */
export function commitIndex(repository: Repository, message: string): string {
  runGit(repository, 'commit', '-q', '-m', message);
  return runGit(repository, 'rev-parse', 'HEAD').trim();
}

/** Runs Git as these people, without anybody's configuration. Returns what it prints. */
export function runGit(repository: Repository, ...args: string[]): string {
  const env = { ...process.env, ...people, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return execFileSync('git', args, { cwd: repository.folder, env, encoding: 'utf8', stdio });
}
