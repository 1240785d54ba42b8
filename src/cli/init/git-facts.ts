import { tryGit } from '../../lib/git.ts';
import { branch } from '../../spec/schema/texts.ts';

/** The branch that a repository is about: that of its remote, else the one that is checked out; null: none. */
export async function mainBranch(folder: string, signal: AbortSignal): Promise<string | null> {
  const remote = await said(
    folder,
    ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD'],
    signal,
  );
  const name =
    remote?.replace(/^origin\//, '') ??
    (await said(folder, ['symbolic-ref', '--quiet', '--short', 'HEAD'], signal));
  return name !== null && branch({ description: '' }).safeParse(name).success ? name : null;
}

async function said(folder: string, args: readonly string[], signal: AbortSignal): Promise<string | null> {
  const { exitCode, stdout } = await tryGit({ kind: 'working', folder }, args, { signal });
  const text = stdout.toString('utf8').trim();
  return exitCode === 0 && text !== '' ? text : null;
}
