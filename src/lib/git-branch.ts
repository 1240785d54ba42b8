import { DeployerError } from '../errors.ts';
import { git, gitError, type Repository, tryGit } from './git.ts';

/** A branch of a repository, or of one that it can reach. */
export interface BranchRef {
  readonly repository: Repository;
  /** Short name, `main`. */
  readonly branch: string;
}

export interface RemoteBranchRef extends BranchRef {
  /** Name of a remote, or a URL. */
  readonly remote: string;
  /** Of whoever may reach it: HOME with its credential helpers, PATH, proxies. */
  readonly env: Readonly<Record<string, string>>;
}

const askTimeoutMs = 20_000;
const fetchTimeoutMs = 600_000;

/** Nobody sits there to be asked for a password. */
const neverAsk = { SSH_ASKPASS_REQUIRE: 'never', GCM_INTERACTIVE: 'never' };

/** Full id of a branch's newest commit; null when there is no such branch. */
export async function branchTip(
  { repository, branch }: BranchRef,
  signal: AbortSignal,
): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}^{commit}`];
  const result = await tryGit(repository, args, { signal, timeoutMs: askTimeoutMs });
  if (result.exitCode === 0) return line(result.stdout);
  if (result.exitCode === 1) return null;
  throw gitError(repository, args, result);
}

/** As `branchTip`, of a remote, which is asked over the network. */
export async function remoteTip(
  { repository, remote, branch, env }: RemoteBranchRef,
  signal: AbortSignal,
): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const options = { signal, timeoutMs: askTimeoutMs, env: { ...env, ...neverAsk } };
  const args = ['ls-remote', '--heads', '--', remote, ref];
  const output = await git(repository, args, options).catch(orUnreachable({ repository, remote }));
  // The pattern fits the end of other names, too.
  const found = line(output)
    .split('\n')
    .find((each) => each.endsWith(`\t${ref}`));
  return found?.split('\t')[0] ?? null;
}

/**
 * Fetches a branch of a remote and its tags. The repository's own branches and remote-tracking branches stay as they
 * are; a ref of Deployer's own keeps the commits. Returns the full id of the newest.
 */
export async function fetchBranch(
  { repository, remote, branch, env }: RemoteBranchRef,
  signal: AbortSignal,
): Promise<string> {
  const kept = `refs/deployer/tracked/${branch}`;
  const quietly = ['--quiet', '--no-write-fetch-head', '--refmap=', '--no-recurse-submodules'];
  const options = { signal, timeoutMs: fetchTimeoutMs, env: { ...env, ...neverAsk } };
  const args = ['fetch', ...quietly, '--', remote, `+refs/heads/${branch}:${kept}`];
  await git(repository, args, options).catch(orUnreachable({ repository, remote }));
  return line(await git(repository, ['rev-parse', '--verify', `${kept}^{commit}`], { signal }));
}

/** How many commits `to` has that `from` has not. */
export async function countBetween(
  repository: Repository,
  { from, to }: { readonly from: string; readonly to: string },
  signal: AbortSignal,
): Promise<number> {
  return Number(line(await git(repository, ['rev-list', '--count', `${from}..${to}`, '--'], { signal })));
}

/** Throws what a user can try by hand. */
function orUnreachable({
  repository,
  remote,
}: Pick<RemoteBranchRef, 'repository' | 'remote'>): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DeployerError) || error.code !== 'git_failed') throw error;
    throw new DeployerError('git_failed', {
      message: `The remote ${remote} of ${repository.folder} cannot be read.`,
      hint: `git -C ${repository.folder} ls-remote ${remote}   (nobody can be asked for a password: use a credential helper)`,
      detail: error.detail.filter((line) => line !== ''),
      cause: error,
    });
  };
}

function line(output: Buffer): string {
  return output.toString('utf8').replace(/\n$/, '');
}
