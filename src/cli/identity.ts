import { DeployerError } from '../errors.ts';
import type { Context } from './context.ts';

/** Who acts: `DEPLOYER_USER`, else Git's `user.email` here. Throws `identity_missing`. */
export async function actorOf(context: Context): Promise<string> {
  const named = context.env['DEPLOYER_USER'];
  if (named !== undefined && named.trim() !== '') return named.trim();
  const { tryGit } = await import('../lib/git.ts');
  const result = await tryGit({ kind: 'working', folder: context.cwd }, ['config', '--get', 'user.email'], {
    signal: context.signal,
  });
  const email = result.stdout.toString('utf8').trim();
  if (result.exitCode === 0 && email !== '') return email;
  throw new DeployerError('identity_missing', {
    message: 'Deployer does not know who you are: Git has no user.email here.',
    hint: 'git config --global user.email you@example.com   (or set DEPLOYER_USER)',
  });
}

/** The same for a verb that only looks: null where nobody says who they are. */
export async function actorOrNull(context: Context): Promise<string | null> {
  try {
    return await actorOf(context);
  } catch (error) {
    if (error instanceof DeployerError && error.code === 'identity_missing') return null;
    throw error;
  }
}
