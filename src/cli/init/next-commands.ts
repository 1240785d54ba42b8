import { relative } from 'node:path';

import { shellWord } from '../../questionnaire/findings/shell-word.ts';

export interface Written {
  /** Of the integration. */
  readonly folder: string;
  /** Where the commands are typed. */
  readonly cwd: string;
  /** Whether the folder is in a Git repository. */
  readonly isRepository: boolean;
  /** Relative to `folder`. */
  readonly paths: readonly string[];
  readonly secrets: readonly string[];
  readonly open: number;
}

type Next = readonly [command: string, why: string];

/** What to type after `init`, in this order. */
export function nextCommands({ folder, cwd, isRepository, paths, secrets, open }: Written): readonly Next[] {
  const place = relative(cwd, folder);
  const tops = [...new Set(paths.map((path) => path.split('/')[0] ?? path))];
  const files = isRepository ? tops.join(' ') : '--all';
  const commit = `git add ${files} && git commit -m "Deployer"`;
  return [
    ...(place === '' ? [] : [[`cd ${shellWord(place)}`, 'where the integration is'] as const]),
    ...(isRepository ? [] : [['git init', 'a release is a commit'] as const]),
    ...(paths.length === 0 && isRepository
      ? []
      : [[commit, 'what is shipped is what is committed'] as const]),
    ['deployer check', 'what a ship would do'],
    ...secrets.map((name): Next => [`deployer secret set ${name}`, 'asked for, and not shown']),
    ['deployer ship', 'through dev and staging to production'],
    ...(open === 0 ? [] : [['deployer questions', `${open} open, each with what is assumed`] as const]),
  ];
}
