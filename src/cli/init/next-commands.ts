import { relative } from 'node:path';

export interface Written {
  /** Of the integration. */
  readonly folder: string;
  /** Where the commands are typed. */
  readonly cwd: string;
  /** Root of the Git repository; null: there is none yet. */
  readonly root: string | null;
  /** Relative to `folder`. */
  readonly paths: readonly string[];
  readonly secrets: readonly string[];
  readonly open: number;
}

type Next = readonly [command: string, why: string];

/** What to type after `init`, in this order. */
export function nextCommands({ folder, cwd, root, paths, secrets, open }: Written): readonly Next[] {
  const place = relative(cwd, folder);
  const tops = [...new Set(paths.map((path) => path.split('/')[0] ?? path))];
  const files = root === null ? '--all' : tops.join(' ');
  const commit = `git add ${files} && git commit -m "Deployer"`;
  return [
    ...(place === '' ? [] : [[`cd ${place}`, 'where the integration is'] as const]),
    ...(root === null ? [['git init', 'a release is a commit'] as const] : []),
    ...(paths.length === 0 && root !== null
      ? []
      : [[commit, 'what is shipped is what is committed'] as const]),
    ['deployer check', 'what a ship would do'],
    ...secrets.map((name): Next => [`deployer secret set ${name}`, 'asked for, and not shown']),
    ['deployer ship', 'through dev and staging to production'],
    ...(open === 0 ? [] : [['deployer questions', `${open} open, each with what is assumed`] as const]),
  ];
}
