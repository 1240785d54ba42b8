import { tryGit, gitError, type Repository } from './git.ts';

/** When commits were committed, in milliseconds since the epoch; one that is not here is left out. */
export async function commitTimes(
  repository: Repository,
  commits: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  if (commits.length === 0) return new Map();
  const args = [
    'log',
    '--no-walk=unsorted',
    '--ignore-missing',
    '--no-show-signature',
    '--format=tformat:%H %ct',
    ...commits,
    '--',
  ];
  const result = await tryGit(repository, args, { signal });
  if (result.exitCode !== 0) throw gitError(repository, args, result);
  const lines = result.stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [commit = '', seconds = ''] = line.split(' ');
      return [commit, Number(seconds) * 1000];
    }),
  );
}
