import { posix, relative } from 'node:path';

import { untrackedFiles } from '../../lib/git-repository.ts';
import type { Repository } from '../../lib/git.ts';
import { valueAt } from '../../spec/value-at.ts';
import type { Context } from '../context.ts';
import { wrapLines } from '../output/wrap.ts';

const shownFiles = 3;

export interface Shipping {
  readonly repository: Repository;
  /** Of `deployer.yaml`, relative to the repository's root, with forward slashes. */
  readonly folder: string;
  /** Text of `deployer.yaml`. */
  readonly text: string;
}

/** Says which files of the components would be missed: they lie there, but no commit has them. */
export async function warnOfUnshipped(
  context: Context,
  { repository, folder, text }: Shipping,
): Promise<void> {
  const folders = (await componentPaths(text)).map((path) => posix.join(folder, path));
  const inside = folders.filter((path) => !path.startsWith('..') && !path.startsWith('/'));
  const files = inside.length === 0 ? [] : await untrackedFiles(repository, inside, context.signal);
  if (files.length === 0) return;
  const names = files
    .slice(0, shownFiles)
    .map((file) => relative(context.cwd, `${repository.folder}/${file}`));
  const more = files.length > shownFiles ? ` and ${files.length - shownFiles} more` : '';
  const { err } = context.terminal;
  const line = `${err.style.attention('!')} not in the commit, so not shipped: ${names.join(', ')}${more}`;
  err.line(wrapLines(line, err.columns));
}

/** As the file says; whether that is right is judged by the server, on the commit. */
async function componentPaths(text: string): Promise<readonly string[]> {
  const { readYaml } = await import('../../spec/yaml-source.ts');
  const components = valueAt(readYaml(text).value, ['components']);
  if (typeof components !== 'object' || components === null) return [];
  return Object.values(components).flatMap((component: unknown) => {
    const path = valueAt(component, ['path']);
    return typeof path === 'string' && path !== '' ? [path] : [];
  });
}
