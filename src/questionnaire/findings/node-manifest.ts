import { z } from 'zod';

import { folderOf, inFolder, type Listing } from './listing.ts';

const words = z.record(z.string(), z.string()).catch({});

type Words = Readonly<Record<string, string>>;

/** Of a `package.json`, what is looked at. What has another shape than npm documents counts as absent. */
export interface NodeManifest {
  readonly name: string | null;
  readonly main: string | null;
  readonly scripts: Words;
  readonly dependencies: Words;
  readonly devDependencies: Words;
  readonly optionalDependencies: Words;
  readonly workspaces?: unknown;
  readonly packageManager: string | null;
  readonly engines: { readonly node: string | null };
}

const nodeManifest: z.ZodType<NodeManifest> = z.object({
  name: z.string().nullable().catch(null),
  main: z.string().nullable().catch(null),
  scripts: words,
  dependencies: words,
  devDependencies: words,
  optionalDependencies: words,
  workspaces: z.unknown().optional(),
  packageManager: z.string().nullable().catch(null),
  engines: z.object({ node: z.string().nullable().catch(null) }).catch({ node: null }),
});

export function readNodeManifest(text: string): NodeManifest | null {
  try {
    const parsed = nodeManifest.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A `package.json` with what is known around it. */
export interface ManifestFile {
  readonly listing: Listing;
  readonly path: string;
  readonly text: string;
  readonly folder: string;
  readonly manifest: NodeManifest;
  readonly manager: NodeManager;
}

export interface NodeManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Its lock file, also of a workspace around the package; null: there is none. */
  readonly lock: string | null;
}

const locks = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
] as const;

export function managerOf(listing: Listing, folder: string, { packageManager }: NodeManifest): NodeManager {
  for (let at = folder; ; at = folderOf(at)) {
    for (const [file, name] of locks) {
      const lock = inFolder(at, file);
      if (listing.has(lock)) return { name, lock };
    }
    if (at === '.') break;
  }
  const named = /^(npm|pnpm|yarn|bun)@/.exec(packageManager ?? '')?.[1];
  return { name: named === 'pnpm' || named === 'yarn' || named === 'bun' ? named : 'npm', lock: null };
}

/** How a script is run; `npm start` and `npm test` need no `run`. */
export function runScript(manager: NodeManager['name'], script: string): string {
  if (manager === 'yarn') return `yarn ${script}`;
  return script === 'start' || script === 'test' ? `${manager} ${script}` : `${manager} run ${script}`;
}

/** Null: it depends on nothing. */
export function installCommand({ manifest, manager }: ManifestFile, withDev: boolean): string | null {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const wanted = { ...dependencies, ...optionalDependencies, ...(withDev ? devDependencies : {}) };
  if (Object.keys(wanted).length === 0) return null;
  const isLocked = manager.lock !== null;
  switch (manager.name) {
    case 'npm':
      return `npm ${isLocked ? 'ci' : 'install --no-save'}${withDev ? '' : ' --omit=dev'}`;
    case 'pnpm':
      return `pnpm install${isLocked ? ' --frozen-lockfile' : ''}${withDev ? '' : ' --prod'}`;
    case 'yarn':
      return `yarn install${isLocked ? ' --frozen-lockfile' : ''}`;
    case 'bun':
      return `bun install${isLocked ? ' --frozen-lockfile' : ''}${withDev ? '' : ' --production'}`;
  }
}
