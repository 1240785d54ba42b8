import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';

import { DeployerError } from '../errors.ts';
import { git, type GitResult, gitError, type Repository, tryGit, zeroTerminated } from './git.ts';
import { isNodeError } from './node-error.ts';

export interface FoundRepository {
  /** Absolute path of the work tree's root, symbolic links resolved. */
  readonly root: string;
  /** The asked folder relative to the root, with forward slashes; `.` at the root. */
  readonly folder: string;
}

/** The work tree that a folder is in. Throws `repository_invalid` where there is none. */
export async function findRepository(folder: string, signal: AbortSignal): Promise<FoundRepository> {
  const path = await existingFolder(folder);
  const repository: Repository = { kind: 'working', folder: path };
  const args = ['rev-parse', '--show-toplevel'];
  const result = await tryGit(repository, args, { signal });
  if (result.stderr.includes('must be run in a work tree')) {
    throw new DeployerError('repository_invalid', {
      message: `${folder} is in a Git repository without a work tree.`,
      hint: 'Run this in a clone with checked-out files.',
    });
  }
  if (result.exitCode !== 0) throw gitError(repository, args, result);
  const root = line(result.stdout);
  return { root, folder: relative(root, path) || '.' };
}

/**
 * The full id of the commit that a revision (branch, tag, id or unique prefix of one, `HEAD~2`) names. Throws
 * `repository_invalid` when there is no commit at all, `commit_not_found`, or `reference_ambiguous`.
 */
export async function resolveCommit(
  repository: Repository,
  revision: string,
  signal: AbortSignal,
): Promise<string> {
  const args = ['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`];
  const result = await tryGit(repository, args, { signal });
  if (result.exitCode === 0) return line(result.stdout);
  if (/not a git repository|dubious ownership|unsafe repository/.test(result.stderr)) {
    throw gitError(repository, args, result);
  }
  throw await unknownCommit(repository, revision, result, signal);
}

/** The branch that a revision (a branch, or HEAD on one) stands for; null: it is none. */
export async function branchOf(
  repository: Repository,
  revision: string,
  signal: AbortSignal,
): Promise<string | null> {
  const args = ['rev-parse', '--symbolic-full-name', '--verify', '--end-of-options', revision];
  const { exitCode, stdout } = await tryGit(repository, args, { signal });
  const name = /^refs\/heads\/(.+)$/m.exec(stdout.toString('utf8'))?.[1];
  return exitCode === 0 ? (name ?? null) : null;
}

/** Tracked files that differ from HEAD, in the work tree or the index, relative to the root, sorted. */
export async function modifiedFiles(repository: Repository, signal: AbortSignal): Promise<readonly string[]> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames'];
  const lines = zeroTerminated(await git(repository, args, { signal }));
  return lines.map((entry) => entry.slice(3)).sort();
}

/** Files below some folders that are in no commit, not staged and not ignored, relative to the root, sorted. */
export async function untrackedFiles(
  repository: Repository,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const args = ['ls-files', '--others', '--exclude-standard', '-z', '--', ...folders];
  return [...zeroTerminated(await git(repository, args, { signal }))].sort();
}

/** How many commits the history of a commit has, itself among them. In a shallow clone only those that are there. */
export async function countCommits(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<number> {
  return Number(line(await git(repository, ['rev-list', '--count', commit, '--'], { signal })));
}

/** Whether `ancestor` is `commit` itself or in its history. Throws `commit_not_found` when one of them is unknown. */
export async function isAncestor(
  repository: Repository,
  pair: { readonly ancestor: string; readonly commit: string },
  signal: AbortSignal,
): Promise<boolean> {
  const ancestor = await resolveCommit(repository, pair.ancestor, signal);
  const commit = await resolveCommit(repository, pair.commit, signal);
  const args = ['merge-base', '--is-ancestor', ancestor, commit];
  const result = await tryGit(repository, args, { signal });
  if (result.exitCode > 1) throw gitError(repository, args, result);
  return result.exitCode === 0;
}

/**
 * Those of `others` that are `commit` itself or in its history. One that is unknown here is not: a commit comes with
 * all of its history. Throws `commit_not_found` when `commit` is unknown.
 */
export async function ancestorsAmong(
  repository: Repository,
  { commit, others }: { readonly commit: string; readonly others: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const id = await resolveCommit(repository, commit, signal);
  const found = new Set<string>();
  for (const other of others) {
    const result = await tryGit(repository, ['merge-base', '--is-ancestor', other, id], { signal });
    if (result.exitCode === 0) found.add(other);
  }
  return found;
}

/**
 * Whether a commit has no ancestor in common with any of the others, which is how one of another repository looks.
 * Those that are not here say nothing, so it is false when none is.
 */
export async function isUnrelated(
  repository: Repository,
  { commit, others }: { readonly commit: string; readonly others: readonly string[] },
  signal: AbortSignal,
): Promise<boolean> {
  let isCompared = false;
  for (const other of others) {
    const { exitCode } = await tryGit(repository, ['merge-base', commit, other], { signal });
    if (exitCode === 0) return false;
    if (exitCode === 1) isCompared = true;
  }
  return isCompared;
}

async function existingFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (!isNodeError(error) || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) throw error;
    throw new DeployerError('repository_invalid', {
      message: `There is no folder ${folder}.`,
      hint: 'Name a folder of a Git repository.',
      cause: error,
    });
  }
}

async function unknownCommit(
  repository: Repository,
  revision: string,
  result: GitResult,
  signal: AbortSignal,
): Promise<DeployerError> {
  if (result.stderr.includes('is ambiguous')) {
    return new DeployerError('reference_ambiguous', {
      message: `More than one commit begins with ${revision}.`,
      hint: 'Give more digits of the commit id.',
    });
  }
  const any = await git(repository, ['rev-list', '--all', '--max-count=1'], { signal });
  if (
    any.length === 0 &&
    (await tryGit(repository, ['rev-parse', '--verify', 'HEAD'], { signal })).exitCode !== 0
  ) {
    return new DeployerError('repository_invalid', {
      message: `The repository ${repository.folder} has no commits.`,
      hint: 'git add . && git commit',
    });
  }
  return new DeployerError('commit_not_found', {
    message: `${revision} is not a commit, tag or branch of ${repository.folder}.`,
    hint: 'Look for it with git log --oneline --all, or bring it here with git fetch --tags.',
  });
}

function line(output: Buffer): string {
  return output.toString('utf8').replace(/\n$/, '');
}
