import { isAbsolute, join } from 'node:path';

import { git, type Repository, tryGit } from './git.ts';

/** Absolute path of the folder whose programs Git runs, as `core.hooksPath` says; it need not exist. */
export async function hooksFolder(repository: Repository, signal: AbortSignal): Promise<string> {
  const { folder } = repository;
  const args = ['config', '--show-scope', '--type=path', '--get-all', 'core.hooksPath'];
  const lines = (await tryGit(repository, args, { signal })).stdout.toString('utf8').trim().split('\n');
  // The scope "command" is our own: we never run hooks.
  const named = lines.map((line) => line.split('\t')).findLast(([scope]) => scope !== 'command');
  if (named?.[1] !== undefined) return isAbsolute(named[1]) ? named[1] : join(folder, named[1]);
  const common = (await git(repository, ['rev-parse', '--git-common-dir'], { signal }))
    .toString('utf8')
    .trim();
  return join(isAbsolute(common) ? common : join(folder, common), 'hooks');
}

/** Where a remote is: its address, or `remote` itself when it is one. */
export async function addressOf(
  repository: Repository,
  remote: string,
  signal: AbortSignal,
): Promise<string> {
  const result = await tryGit(repository, ['remote', 'get-url', remote], { signal });
  return result.exitCode === 0 ? result.stdout.toString('utf8').trim() : remote;
}
