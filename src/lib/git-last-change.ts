import { git, type Repository } from './git.ts';

/** Arguments of a process have a bound; so many paths stay far below it. */
const mostPaths = 5000;

/** The newest commit up to `commit` that changed one of some files; null: there is none. */
export async function lastChangeOf(
  repository: Repository,
  { commit, paths }: { readonly commit: string; readonly paths: readonly string[] },
  signal: AbortSignal,
): Promise<string | null> {
  // Without paths Git would mean all of them.
  if (paths.length === 0) return null;
  const args = ['rev-list', '--max-count=1', commit, '--', ...paths.slice(0, mostPaths)];
  // A file may be called `*.md`.
  const output = await git(repository, args, { signal, env: { GIT_LITERAL_PATHSPECS: '1' } });
  const id = output.toString('utf8').trim();
  return id === '' ? null : id;
}
