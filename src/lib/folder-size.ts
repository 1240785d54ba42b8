import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreMissingPath } from './node-error.ts';

/**
 * Bytes that the files below a path occupy on the disk, in whole blocks; 0 when there is nothing. What vanishes while
 * it is being counted does not count.
 */
export async function folderSize(path: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const facts = await lstat(path).catch(ignoreMissingPath);
  if (facts === null) return 0;
  // POSIX: `st_blocks` counts units of 512 bytes.
  const own = facts.blocks * 512;
  if (!facts.isDirectory()) return own;
  let total = own;
  for (const name of (await readdir(path).catch(ignoreMissingPath)) ?? []) {
    total += await folderSize(join(path, name), signal);
  }
  return total;
}
