import { relative, sep } from 'node:path';

import type { ApiClient } from '../../api/client.ts';
import { DeployerError } from '../../errors.ts';
import { pushCommit } from '../../lib/git-clone.ts';
import { branchOf, findRepository, modifiedFiles, resolveCommit } from '../../lib/git-repository.ts';
import type { Repository } from '../../lib/git.ts';
import type { Context } from '../context.ts';
import { findProject, keyOf } from '../project.ts';
import { warnOfUnshipped } from './unshipped-files.ts';

/** A commit of the repository that a command was typed in. */
export interface Source {
  readonly integration: string;
  readonly repository: Repository;
  /** Of `deployer.yaml`, relative to the repository's root. */
  readonly folder: string;
  /** Full id. */
  readonly commit: string;
  /** That the commit was named by; null: by something else. */
  readonly branch: string | null;
}

/** What `ship` means: a revision, else HEAD. Throws `tree_dirty` when HEAD is not what stands in the folder. */
export async function commitToShip(context: Context, revision: string | null): Promise<Source> {
  const project = await findProject(context);
  const { root, folder } = await findRepository(project.folder, context.signal);
  const repository: Repository = { kind: 'working', folder: root };
  const commit = await resolveCommit(repository, revision ?? 'HEAD', context.signal);
  const branch = await branchOf(repository, revision ?? 'HEAD', context.signal);
  const place = { repository, folder: folder.split(sep).join('/') };
  // A named commit is meant as it is.
  if (revision === null) {
    await refuseModified(repository, context);
    await warnOfUnshipped(context, { ...place, text: project.text });
  }
  const integration = context.integration ?? (await keyOf(project, context.cwd));
  return { integration, ...place, commit, branch };
}

/** What is shipped is a commit: where the files differ from it, the user has to say which one is meant. */
async function refuseModified(repository: Repository, { cwd, signal }: Context): Promise<void> {
  const files = await modifiedFiles(repository, signal);
  if (files.length === 0) return;
  const shown = files.slice(0, 10).map((file) => relative(cwd, `${repository.folder}/${file}`));
  throw new DeployerError('tree_dirty', {
    message: `${files.length === 1 ? 'A tracked file is' : `${files.length} tracked files are`} modified, so HEAD is not what is here.`,
    hint: 'git commit -a   (or ship the commit as it is: deployer ship --commit HEAD)',
    detail: files.length > shown.length ? [...shown, `and ${files.length - shown.length} more`] : shown,
  });
}

/** Brings the commit, its history and its tags into the server's clone. */
export async function pushSource(client: ApiClient, source: Source, signal: AbortSignal): Promise<void> {
  const { integration, repository, commit } = source;
  const { url } = await client.call('source', { params: { integration } });
  await pushCommit({ from: repository, into: url, commit, wantsTag: () => true }, signal);
}
