import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeployerError } from '../errors.ts';

/** Damaged versions of a file that stay for whoever wants to know what happened. */
const keptFiles = 3;

/** Whether a JSON file could not be read because of what is in it, and not because of the system. */
export function isDamage(error: unknown): boolean {
  return error instanceof DeployerError && error.code === 'home_invalid';
}

/** Moves a damaged file out of the way, `<path>.damaged-<time>`. */
export async function setAside(path: string, now: Date): Promise<void> {
  const stem = `${basename(path)}.damaged-`;
  const aside = join(dirname(path), `${stem}${now.toISOString().replaceAll(':', '-')}`);
  await rename(path, aside);
  const all = (await readdir(dirname(path))).filter((file) => file.startsWith(stem)).toSorted();
  await Promise.all(all.slice(0, -keptFiles).map((file) => rm(join(dirname(path), file), { force: true })));
}
