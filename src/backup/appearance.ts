import { link, open, rename, rm } from 'node:fs/promises';

import { isNodeError } from '../lib/node-error.ts';

/** What systems answer where files have one name only: FAT, exFAT and many network mounts. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * How a file that is written beside its place gets its name, and replaces no other. Decided before anything is written
 * into it, by what the folder can do. A rename would replace what came there meanwhile, so a link makes the name; where
 * there are none, the name is taken with an empty file, for the moment that the rename over it needs.
 */
export async function appearance(
  beside: string,
  file: string,
  makeLink: typeof link = link,
): Promise<() => Promise<void>> {
  const hasLinks = await takesLinks(beside, makeLink);
  return async () => {
    if (hasLinks) return await makeLink(beside, file);
    await (await open(file, 'wx', 0o600)).close();
    try {
      await rename(beside, file);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  };
}

async function takesLinks(path: string, makeLink: typeof link): Promise<boolean> {
  const other = `${path}.link`;
  try {
    await makeLink(path, other);
    return true;
  } catch (error) {
    if (isNodeError(error) && noLinks.has(error.code)) return false;
    throw error;
  } finally {
    await rm(other, { force: true });
  }
}
