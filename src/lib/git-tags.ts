import { git, type Repository } from './git.ts';

export interface ReachableTag {
  readonly name: string;
  /** Commits that the asked one has and the tag has not; 0: the tag is on it. */
  readonly distance: number;
}

/**
 * The wanted tags in a commit's history that have no other wanted tag between them and the commit, with their
 * distance. Farther ones are left out: each is more commits away than one of these.
 */
export async function nearestTags(
  repository: Repository,
  search: { readonly commit: string; readonly isWanted: (name: string) => boolean },
  signal: AbortSignal,
): Promise<readonly ReachableTag[]> {
  const tags = (await tagsBefore(repository, search.commit, signal)).filter((tag) =>
    search.isWanted(tag.name),
  );
  const commits = [...new Set(tags.map((tag) => tag.commit))];
  const distances = new Map<string, number>();
  for (const commit of await independent(repository, commits, signal)) {
    const args = ['rev-list', '--count', `${commit}..${search.commit}`, '--'];
    distances.set(commit, Number(await git(repository, args, { signal })));
  }
  return tags.flatMap(({ name, commit }) => {
    const distance = distances.get(commit);
    return distance === undefined ? [] : [{ name, distance }];
  });
}

/** Names of all tags in a commit's history, with the commits that they are on. */
export async function tagsBefore(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<readonly { readonly name: string; readonly commit: string }[]> {
  // `%(*objectname)` is what an annotated tag points to, empty for a plain one.
  const format = '%(refname:lstrip=2)%00%(objectname)%00%(*objectname)';
  const args = ['for-each-ref', `--merged=${commit}`, `--format=${format}`, 'refs/tags'];
  const lines = (await git(repository, args, { signal })).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [name = '', object = '', peeled = ''] = line.split('\0');
    return { name, commit: peeled === '' ? object : peeled };
  });
}

/** Those of the commits that are in the history of no other. */
async function independent(
  repository: Repository,
  commits: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (commits.length <= 1) return commits;
  const output = await git(repository, ['merge-base', '--independent', ...commits], { signal });
  return output.toString('utf8').split('\n').slice(0, -1);
}
