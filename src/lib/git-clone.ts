import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { DeployerError } from '../errors.ts';
import { git, gitError, type GitResult, type Repository, tryGit } from './git.ts';
import { tagsBefore } from './git-tags.ts';
import { isNodeError } from './node-error.ts';

/** A ref per commit that must stay: Git never drops what a ref reaches. */
const pins = 'refs/deployer/releases';

const pushTimeoutMs = 600_000;

export interface CommitPush {
  readonly from: Repository;
  /** Absolute path of the bare clone; made when it does not exist. */
  readonly into: string;
  /** Full id. */
  readonly commit: string;
  /** Which of the tags in the commit's history travel with it; one that moved is moved in the clone too. */
  readonly wantsTag: (name: string) => boolean;
}

/**
 * Copies a commit, its history and its tags into a bare clone and pins it there. Does nothing when all is there
 * already. Throws `repository_invalid` when the repository has not the whole history and the clone lacks the rest.
 */
export async function pushCommit(push: CommitPush, signal: AbortSignal): Promise<Repository> {
  const clone = await ensureBareClone(push, signal);
  const tags = (await tagsBefore(push.from, push.commit, signal)).filter((tag) => push.wantsTag(tag.name));
  const refspecs = [
    `${push.commit}:${pins}/${push.commit}`,
    ...tags.map((tag) => `+refs/tags/${tag.name}:refs/tags/${tag.name}`),
  ];
  const args = ['push', '--quiet', '--no-verify', '--no-follow-tags', '--recurse-submodules=no'];
  const attempt = (): Promise<GitResult> =>
    tryGit(push.from, [...args, clone.folder, ...refspecs], { signal, timeoutMs: pushTimeoutMs });
  let result = await attempt();
  // Two pushes at a time lock the same refs; the later one then finds them as it wants them.
  if (result.exitCode !== 0 && isLocked(result)) {
    await removeDeadLocks(result);
    result = await attempt();
  }
  if (result.exitCode !== 0) throw pushError(push, args, result);
  return clone;
}

/** Whether the clone keeps this commit for a release. */
export async function isPinned(clone: Repository, commit: string, signal: AbortSignal): Promise<boolean> {
  const args = ['show-ref', '--verify', '--quiet', `${pins}/${commit}`];
  return (await tryGit(clone, args, { signal })).exitCode === 0;
}

export async function pinCommit(clone: Repository, commit: string, signal: AbortSignal): Promise<void> {
  await git(clone, ['update-ref', `${pins}/${commit}`, commit], { signal });
}

/** Full ids. */
export async function pinnedCommits(clone: Repository, signal: AbortSignal): Promise<readonly string[]> {
  const refs = await git(clone, ['for-each-ref', '--format=%(refname:lstrip=3)', `${pins}/`], { signal });
  return refs
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Lets go of a commit: no release refers to it any more. Nothing happens when it is not pinned. */
export async function unpinCommit(clone: Repository, commit: string, signal: AbortSignal): Promise<void> {
  await git(clone, ['update-ref', '-d', `${pins}/${commit}`], { signal });
}

/** Made beside its place and renamed, so that of two makers one wins and nobody sees half a repository. */
async function ensureBareClone(push: CommitPush, signal: AbortSignal): Promise<Repository> {
  const clone: Repository = { kind: 'bare', folder: push.into };
  if ((await tryGit(clone, ['rev-parse', '--git-dir'], { signal })).exitCode === 0) return clone;
  const format = await git(push.from, ['rev-parse', '--show-object-format'], { signal });
  const beside: Repository = { kind: 'bare', folder: `${push.into}.${randomUUID()}.tmp` };
  try {
    await mkdir(dirname(push.into), { recursive: true, mode: 0o700 });
    await git(
      beside,
      ['init', '--quiet', '--bare', '--template=', `--object-format=${format.toString('utf8').trim()}`],
      { signal },
    );
    await writeFile(join(beside.folder, 'config'), cloneSettings, { flag: 'a' });
    await mkdir(join(beside.folder, 'info'), { recursive: true });
    await writeFile(join(beside.folder, 'info', 'attributes'), cloneAttributes);
    await rename(beside.folder, push.into);
  } catch (error) {
    if (!isNodeError(error) || (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST')) throw error;
  } finally {
    await rm(beside.folder, { recursive: true, force: true });
  }
  return clone;
}

/** The pushing Git starts the receiving one with the pusher's own configuration: what matters must be set here. */
const cloneSettings = `
[core]
\thooksPath = /dev/null
\tfsmonitor = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
[receive]
\tautogc = false
\tdenyDeletes = false
\tdenyNonFastForwards = false
\tshallowUpdate = false
`;

/**
 * Outranks every \`.gitattributes\` of a commit: a checkout writes the bytes that the commit has, and runs no filter.
 */
const cloneAttributes = '* -text -ident -filter !eol !working-tree-encoding\n';

function isLocked(result: GitResult): boolean {
  return /cannot lock ref|failed to update ref|\.lock': File exists/.test(result.stderr);
}

/** A lock older than a push may take was left by a Git that was killed, and nobody else would ever remove it. */
async function removeDeadLocks(result: GitResult): Promise<void> {
  for (const [, path = ''] of result.stderr.matchAll(/Unable to create '([^'\n]+\.lock)': File exists/g)) {
    // Gone in the meantime is as good.
    const lock = await stat(path).catch(() => null);
    if (lock !== null && Date.now() - lock.mtimeMs > pushTimeoutMs) await rm(path, { force: true });
  }
}

function pushError(push: CommitPush, args: readonly string[], result: GitResult): DeployerError {
  if (result.stderr.includes('shallow')) {
    return new DeployerError('repository_invalid', {
      message: `${push.from.folder} has only a part of the history (a shallow clone).`,
      hint: 'git fetch --unshallow --tags',
    });
  }
  return gitError(push.from, args, result);
}
