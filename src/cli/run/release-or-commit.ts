import type { ApiClient } from '../../api/client.ts';
import { DeployerError } from '../../errors.ts';
import { findRepository, resolveCommit } from '../../lib/git-repository.ts';
import type { Context } from '../context.ts';

/**
 * What the server knows by a reference; where it knows nothing, and Git names a commit by it here (`HEAD`, a branch, a
 * tag), that commit. Throws `release_not_found` when no release was made of it.
 */
export async function releaseOrCommit(
  context: Context,
  client: ApiClient,
  { integration, reference }: { readonly integration: string; readonly reference: string },
): Promise<string> {
  const unknown = await refusalOf(client, integration, reference);
  if (unknown === null) return reference;
  const commit = await commitHere(context, reference);
  if (commit === null) throw unknown;
  if ((await refusalOf(client, integration, commit)) === null) return commit;
  throw new DeployerError('release_not_found', {
    message: `${reference} is commit ${commit}, of which ${integration} has no release.`,
    hint: `deployer ship --commit ${reference}   (what there is: deployer releases)`,
  });
}

/** What is compared with itself is known, or refused. */
async function refusalOf(
  client: ApiClient,
  integration: string,
  reference: string,
): Promise<DeployerError | null> {
  try {
    await client.call('diff', { params: { integration }, query: { a: reference, b: reference } });
    return null;
  } catch (error) {
    if (!isUnknownRelease(error)) throw error;
    return error;
  }
}

export function isUnknownRelease(error: unknown): error is DeployerError {
  return error instanceof DeployerError && error.code === 'release_not_found';
}

async function commitHere({ cwd, signal }: Context, revision: string): Promise<string | null> {
  try {
    const { root } = await findRepository(cwd, signal);
    return await resolveCommit({ kind: 'working', folder: root }, revision, signal);
  } catch (error) {
    // Not a repository, or nothing of that name in it: then the server's answer stands.
    if (error instanceof DeployerError) return null;
    throw error;
  }
}
