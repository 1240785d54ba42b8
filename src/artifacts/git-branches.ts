import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Branches, TrackedBranch } from '../core/tracking/tracking.ts';
import { DeployerError } from '../errors.ts';
import type { Repository } from '../lib/git.ts';
import { branchTip, countBetween, fetchBranch, remoteTip } from '../lib/git-branch.ts';
import { pushCommit } from '../lib/git-clone.ts';
import { isAncestor } from '../lib/git-repository.ts';

/** Tracked branches of clones on this machine, and of the remotes that those can reach with their user's rights. */
export function gitBranches(cloneOf: (integration: string) => string): Branches {
  return {
    async tip(tracked, signal) {
      const repository = await cloneAt(tracked);
      const { branch, remote, env } = tracked;
      return remote === null
        ? await branchTip({ repository, branch }, signal)
        : await remoteTip({ repository, branch, remote, env }, signal);
    },

    async bring(tracked, { integration, tip }, signal) {
      const repository = await cloneAt(tracked);
      const { branch, remote, env } = tracked;
      const commit = remote === null ? tip : await fetchBranch({ repository, branch, remote, env }, signal);
      const into = cloneOf(integration);
      await pushCommit({ from: repository, into, commit, wantsTag: () => true }, signal);
      return commit;
    },

    async path({ integration, from, to }, signal) {
      const clone: Repository = { kind: 'bare', folder: cloneOf(integration) };
      try {
        const isAhead = await isAncestor(clone, { ancestor: from, commit: to }, signal);
        return { isAhead, commits: await countBetween(clone, { from, to }, signal) };
      } catch (error) {
        if (error instanceof DeployerError && error.code === 'commit_not_found') return null;
        throw error;
      }
    },
  };
}

/** A clone that was moved or removed must not be looked for in whatever repository lies around its place. */
async function cloneAt({ repository }: TrackedBranch): Promise<Repository> {
  try {
    await stat(join(repository, '.git'));
    return { kind: 'working', folder: repository };
  } catch (error) {
    throw new DeployerError('repository_invalid', {
      message: `There is no clone at ${repository} any more.`,
      hint: 'deployer track   (in the clone, wherever it is now)',
      cause: error,
    });
  }
}
