import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import type { LoadedSpec } from '../spec/load.ts';
import type { Context } from './context.ts';
import { type Project, repositoryRoot } from './project.ts';

/** What the `deployer.yaml` of a project defines, as it stands in the folder, with every problem of it. */
export async function loadProject(project: Project, { cwd }: Pick<Context, 'cwd'>): Promise<LoadedSpec> {
  // Loaded late, as for `keyOf`.
  const { loadSpec } = await import('../spec/load.ts');
  const root = await repositoryRoot(project.folder);
  return loadSpec({
    text: project.text,
    file: relative(cwd, project.file),
    folder: (root === null ? '' : relative(root, project.folder).split(sep).join('/')) || '.',
    fileExists: (path) => existsSync(join(project.folder, path)),
  });
}
