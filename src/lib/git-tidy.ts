import { exists } from './exists.ts';
import { pinCommit, pinnedCommits, unpinCommit } from './git-clone.ts';
import { git, type Repository, tryGit } from './git.ts';

const collectTimeoutMs = 10 * 60_000;

export interface CommitsToTidy {
  readonly wanted: ReadonlySet<string>;
  /** Only these may be let go. */
  readonly known: ReadonlySet<string>;
  readonly isDryRun: boolean;
}

/**
 * Lets go of the known commits of a bare clone that nobody wants, and returns how many. The order makes it safe beside
 * a push: what is wanted is pinned, then what earlier tidyings let go is collected, and only then are more commits let
 * go. One that is wanted again by the next tidying is still there, and pinned before anything is collected.
 */
export async function tidyClone(
  folder: string,
  { wanted, known, isDryRun }: CommitsToTidy,
  signal: AbortSignal,
): Promise<number> {
  const clone: Repository = { kind: 'bare', folder };
  if (!(await exists(folder))) return 0;
  const pinned = new Set(await pinnedCommits(clone, signal));
  const going = [...pinned].filter((commit) => known.has(commit) && !wanted.has(commit));
  if (isDryRun) return going.length;
  for (const commit of wanted) {
    if (!pinned.has(commit) && (await hasCommit(clone, commit, signal)))
      await pinCommit(clone, commit, signal);
  }
  await git(clone, ['gc', '--quiet', '--prune=1.day.ago'], { signal, timeoutMs: collectTimeoutMs });
  for (const commit of going) await unpinCommit(clone, commit, signal);
  return going.length;
}

async function hasCommit(clone: Repository, commit: string, signal: AbortSignal): Promise<boolean> {
  return (await tryGit(clone, ['cat-file', '-e', `${commit}^{commit}`], { signal })).exitCode === 0;
}
